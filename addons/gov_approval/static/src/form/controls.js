/** The inputs of form fields: native elements, so that phones and screen readers know them. */
import { Component } from "@odoo/owl";
import { choicesOf } from "./field_types";

class Control extends Component {
    static props = {
        id: String,
        field: Object,
        type: Object,
        value: { optional: true },
        isRequired: Boolean,
        isInvalid: Boolean,
        describedBy: String,
        labelledBy: String,
        update: Function,
        leave: Function,
    };

    /** Attributes for assistive technology that every input carries. */
    get aria() {
        const { isRequired, isInvalid, describedBy } = this.props;
        return {
            "aria-required": isRequired ? "true" : undefined,
            "aria-invalid": isInvalid ? "true" : undefined,
            "aria-describedby": describedBy || undefined,
        };
    }

    get text() {
        return this.props.value ?? "";
    }

    onText(ev) {
        this.props.update(ev.target.value);
    }
}

export class TextControl extends Control {
    static template = "gov_approval.TextControl";

    get attributes() {
        const { field, type } = this.props;
        const limits =
            field.type === "date"
                ? { min: field.min || undefined, max: field.max || undefined }
                : { maxlength: field.max_length || undefined };
        return { ...type.attributes, ...limits, ...this.aria };
    }
}

export class LongTextControl extends Control {
    static template = "gov_approval.LongTextControl";

    get attributes() {
        return { maxlength: this.props.field.max_length || undefined, ...this.aria };
    }
}

export class SelectControl extends Control {
    static template = "gov_approval.SelectControl";
}

export class RadioControl extends Control {
    static template = "gov_approval.RadioControl";

    get choices() {
        return choicesOf(this.props.field);
    }

    get canClear() {
        return !this.props.isRequired && (this.props.value ?? null) !== null;
    }

    /** The button goes with the choice, so the focus must go first. */
    clear(ev) {
        ev.target.closest("[role='radiogroup']").querySelector("input").focus();
        this.props.update(null);
    }
}

export class CheckboxesControl extends Control {
    static template = "gov_approval.CheckboxesControl";

    isChosen(code) {
        return (this.props.value || []).includes(code);
    }

    toggle(code, isChosen) {
        const others = (this.props.value || []).filter((chosen) => chosen !== code);
        const chosen = new Set(isChosen ? [...others, code] : others);
        const options = (this.props.field.options || []).map((option) => option.code);
        this.props.update(options.filter((option) => chosen.has(option)));
    }
}

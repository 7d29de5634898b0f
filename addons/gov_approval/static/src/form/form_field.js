import { Component, useState } from "@odoo/owl";
import {
    CheckboxesControl,
    LongTextControl,
    RadioControl,
    SelectControl,
    TextControl,
} from "./controls";
import { isBlank, typeOf } from "./field_types";

const CONTROLS = {
    TextControl,
    LongTextControl,
    SelectControl,
    RadioControl,
    CheckboxesControl,
};

/** One field: label, input or text, help, and the error in words. */
export class FormField extends Component {
    static template = "gov_approval.FormField";
    static props = {
        id: String,
        path: String,
        field: Object,
        value: { optional: true },
        isRequired: Boolean,
        readonly: Boolean,
        error: String,
        update: Function,
    };

    setup() {
        this.state = useState({ wasLeft: false });
        this.update = (value) => this.props.update(this.props.path, value);
        this.leave = () => {
            this.state.wasLeft = true;
        };
    }

    get type() {
        return typeOf(this.props.field);
    }

    get control() {
        return CONTROLS[this.type.control];
    }

    /** The server's error, else a comfort check once the field was left. */
    get error() {
        const { error, value, readonly } = this.props;
        return error || (this.state.wasLeft && !readonly ? this.type.hint(value) : "");
    }

    get describedBy() {
        const { id, field } = this.props;
        return [field.help && `${id}_help`, this.error && `${id}_error`].filter(Boolean).join(" ");
    }

    get shown() {
        const { field, value } = this.props;
        return isBlank(value) ? "—" : this.type.show(field, value);
    }
}

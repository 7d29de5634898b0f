import { Component, onMounted, onWillUpdateProps, toRaw, useEffect, useRef } from "@odoo/owl";
import { FormField } from "./form_field";
import { FormState, withDefaults } from "./form_state";
import { FormTable } from "./form_table";

let lastRenderer = 0;

/**
 * The form (表单) of an item, for portal and back office. Answers are kept here while they are
 * typed; `onChange` receives all of them, as typed, after each change. The server judges and gives
 * back canonical `values` and `errors`, sentences by path: a field code, or `table.row.column`.
 */
export class FormRenderer extends Component {
    static template = "gov_approval.FormRenderer";
    static components = { FormField, FormTable };
    static props = {
        form: Object,
        values: Object,
        today: String,
        readonly: { type: Boolean, optional: true },
        errors: { type: Object, optional: true },
        materials: { type: Array, optional: true },
        onChange: { type: Function, optional: true },
    };
    static defaultProps = { readonly: false, errors: {}, onChange: () => {} };

    setup() {
        this.root = useRef("root");
        this.id = `gov_form_${++lastRenderer}`;
        this.update = this.update.bind(this);
        this.mend = new Set();
        this.values = toRaw(this.props.values);
        if (!this.props.readonly) {
            this.values = withDefaults(this.props.form, this.values);
        }
        onMounted(() => this.announceDefaults());
        onWillUpdateProps((next) => this.receive(next));
        useEffect(
            () => this.focusFirstError(),
            () => [toRaw(this.props.errors)]
        );
    }

    get state() {
        return new FormState(this.props.form, this.values, this.props.today);
    }

    /** Everything that the template shows, computed once a rendering. */
    get view() {
        const state = this.state;
        const errors = this.openErrors;
        const sections = state.sections.map(({ section, fields }) => ({
            section,
            fields: fields.map((field) => ({
                field,
                isTable: field.type === "table",
                isRequired: state.isRequired(field),
                error: errors[field.code] || "",
            })),
        }));
        const shown = new Set(
            sections.flatMap((part) => part.fields.map(({ field }) => field.code))
        );
        return {
            state,
            errors,
            sections,
            lostErrors: Object.entries(errors)
                .filter(([path]) => !shown.has(path.split(".")[0]))
                .map(([, message]) => message),
            materials: this.props.materials ? state.neededMaterials(this.props.materials) : [],
        };
    }

    /** The server's errors on answers that were not changed since. */
    get openErrors() {
        return Object.fromEntries(
            Object.entries(this.props.errors).filter(([path]) => !this.mend.has(path))
        );
    }

    announceDefaults() {
        const given = Object.keys(toRaw(this.props.values)).length;
        if (Object.keys(this.values).length > given) {
            this.props.onChange(this.values);
        }
    }

    receive(next) {
        const values = toRaw(next.values);
        if (values !== toRaw(this.props.values) && values !== this.values) {
            this.values = values;
        }
        if (toRaw(next.errors) !== toRaw(this.props.errors)) {
            this.mend = new Set();
        }
    }

    /**
     * @param {string} path of what was changed; a table gives all its rows as value
     * @param {any} value
     */
    update(path, value) {
        const [code] = path.split(".");
        this.mend.add(path);
        this.mend.add(code);
        if (path === code) {
            // Rows were added or removed: errors of rows no longer stand where they stood.
            Object.keys(this.props.errors)
                .filter((other) => other.startsWith(`${code}.`))
                .forEach((other) => this.mend.add(other));
        }
        this.values = { ...this.values, [code]: value };
        this.render();
        this.props.onChange(this.values);
    }

    focusFirstError() {
        if (!Object.keys(this.props.errors).length) {
            return;
        }
        const invalid = this.root.el.querySelector("[aria-invalid='true']");
        const target = invalid?.matches("[role]") ? invalid.querySelector("input") : invalid;
        (target || this.root.el.querySelector("[data-lost-errors]"))?.focus();
    }
}

import { Component, onWillUpdateProps, useEffect, useRef } from "@odoo/owl";
import { FormField } from "./form_field";

const MAX_ROWS = 500;

/** A repeating group of fields: one fieldset a row, so that it reads well on a phone too. */
export class FormTable extends Component {
    static template = "gov_approval.FormTable";
    static components = { FormField };
    static props = {
        id: String,
        field: Object,
        state: Object,
        value: { optional: true },
        isRequired: Boolean,
        readonly: Boolean,
        errors: Object,
        update: Function,
    };

    setup() {
        this.root = useRef("root");
        this.nextKey = 0;
        this.keys = this.rows.map(() => this.nextKey++);
        this.wantsFocus = "";
        this.updateCell = this.updateCell.bind(this);
        onWillUpdateProps((next) => this.matchKeys((next.value || []).length));
        useEffect(() => this.moveFocus());
    }

    get rows() {
        return this.props.value || [];
    }

    get canAdd() {
        return this.rows.length < Math.min(Number(this.props.field.max) || MAX_ROWS, MAX_ROWS);
    }

    get error() {
        return this.props.errors[this.props.field.code] || "";
    }

    get describedBy() {
        const { id, field } = this.props;
        return [field.help && `${id}_help`, this.error && `${id}_error`].filter(Boolean).join(" ");
    }

    /** Cells of a row with what its fields need; hidden columns left out. */
    cells(row, index) {
        const { field, state, errors } = this.props;
        const scope = state.row(field, row);
        return field.columns
            .filter((column) => scope.isVisible(column))
            .map((column) => {
                const path = `${field.code}.${index}.${column.code}`;
                return {
                    path,
                    column,
                    value: row[column.code],
                    isRequired: scope.isRequired(column),
                    error: errors[path] || "",
                };
            });
    }

    /** Rows that came from outside get new keys; our own changes keep theirs. */
    matchKeys(length) {
        if (this.keys.length !== length) {
            this.keys = Array.from({ length }, () => this.nextKey++);
        }
    }

    updateCell(path, value) {
        const [, index, code] = path.split(".");
        const rows = this.rows.map((row, at) =>
            at === Number(index) ? { ...row, [code]: value } : row
        );
        this.props.update(path, rows);
    }

    addRow() {
        this.keys.push(this.nextKey++);
        this.wantsFocus = `[data-row="${this.rows.length}"] :is(input, select, textarea)`;
        this.props.update(this.props.field.code, [...this.rows, {}]);
    }

    removeRow(index) {
        this.keys.splice(index, 1);
        this.wantsFocus = "[data-add]";
        const rows = this.rows.filter((_row, at) => at !== index);
        this.props.update(this.props.field.code, rows);
    }

    moveFocus() {
        const target = this.wantsFocus && this.root.el.querySelector(this.wantsFocus);
        if (target) {
            this.wantsFocus = "";
            target.focus();
        }
    }
}

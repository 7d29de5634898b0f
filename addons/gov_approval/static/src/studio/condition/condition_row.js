import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { isComplete, isCount, isList, kindOf, needsValue, operatorsOf } from "../../core/condition";
import { operatorWord } from "./condition_words";

const WITH_OTHER_FIELD = ["text", "number", "date", "choice"];
/** Several values are typed behind each other, with a comma of any script. */
const BETWEEN = /[,，、;；]/;

/** One row of a condition: field, comparison, value. */
export class ConditionRow extends Component {
    static template = "gov_approval.ConditionRow";
    static props = { row: Object, fields: Array, onChange: Function, onRemove: Function };

    get field() {
        return this.props.fields.find((field) => field.code === this.props.row.field);
    }

    get isOpen() {
        return !isComplete(this.props.row, this.props.fields);
    }

    get operators() {
        return operatorsOf(this.field).map((name) => ({ name, word: operatorWord(name, this.field) }));
    }

    /** What the value is: "" for none, options, several, number, date, text. */
    get control() {
        const { operator } = this.props.row;
        if (!this.field || !needsValue(operator)) {
            return "";
        }
        if (isCount(operator)) {
            return "number";
        }
        const kind = kindOf(this.field);
        const hasOptions = kind === "choice" || kind === "choices";
        if (isList(operator)) {
            return hasOptions ? "checks" : "several";
        }
        return hasOptions ? "options" : kind;
    }

    /** Where the value comes from: entered here, the day of filing, another field. */
    get source() {
        const { value } = this.props.row;
        return value?.today ? "today" : value?.field === undefined ? "entered" : "field";
    }

    get sources() {
        if (!this.control || isList(this.props.row.operator) || isCount(this.props.row.operator)) {
            return [];
        }
        const kind = kindOf(this.field);
        const found = [{ name: "entered", word: _t("this value") }];
        if (kind === "date") {
            found.push({ name: "today", word: _t("the day of filing") });
        }
        if (WITH_OTHER_FIELD.includes(kind) && this.others.length) {
            found.push({ name: "field", word: _t("another field") });
        }
        return found.length > 1 ? found : [];
    }

    get others() {
        const kind = kindOf(this.field);
        return this.props.fields.filter(
            (field) => field.code !== this.field.code && kindOf(field) === kind
        );
    }

    /** A code that the field no longer offers stays visible, so that it can be corrected. */
    get options() {
        const { value } = this.props.row;
        const known = this.field.options || [];
        const named = Array.isArray(value) ? value : [value];
        const lost = named.filter(
            (code) => typeof code === "string" && code && !known.some((option) => option.code === code)
        );
        return [...known, ...lost.map((code) => ({ code, label: _t("%s (no longer offered)", code) }))];
    }

    get several() {
        return (this.props.row.value || []).join(_t(", "));
    }

    change(more) {
        this.props.onChange({ ...this.props.row, ...more });
    }

    setField(code) {
        const field = this.props.fields.find((candidate) => candidate.code === code);
        const { operator } = this.props.row;
        const offered = operatorsOf(field);
        const kept = offered.includes(operator) ? operator : offered[0];
        this.change({ field: code, operator: kept, value: null });
    }

    setOperator(operator) {
        const before = this.props.row;
        const isSameSort =
            isList(operator) === isList(before.operator) &&
            isCount(operator) === isCount(before.operator) &&
            needsValue(operator);
        this.change({ operator, value: isSameSort ? before.value : null });
    }

    setSource(source) {
        const values = { entered: null, today: { today: true }, field: { field: this.others[0]?.code } };
        this.change({ value: values[source] });
    }

    setSeveral(text) {
        const parts = text.split(BETWEEN).map((part) => part.trim());
        this.change({ value: parts.filter(Boolean) });
    }

    toggle(code, isOn) {
        const chosen = new Set(this.props.row.value || []);
        chosen[isOn ? "add" : "delete"](code);
        const order = this.options.map((option) => option.code);
        this.change({ value: order.filter((option) => chosen.has(option)) });
    }
}

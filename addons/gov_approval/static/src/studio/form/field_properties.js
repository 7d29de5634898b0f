import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { moveRow, replaceAt } from "../studio/pack";
import { ConditionEditor } from "../condition/condition_editor";
import {
    blankField,
    changeField,
    codeProblem,
    optionUsesOf,
    proposeCode,
    removalProblem,
    removeField,
    renameField,
} from "./form_edit";

const WITH_OPTIONS = ["choice", "choices"];
const WITH_LIMITS = ["number", "money", "date", "choices", "table"];
const WITH_LENGTH = ["text", "long_text"];
const GUIDING = ["choice", "choices", "yes_no"];
const NOT_INDEXED = ["long_text", "table"];

/** The properties of one field or one column of a table. */
export class FieldProperties extends Component {
    static template = "gov_approval.FieldProperties";
    static components = { ConditionEditor };
    static props = {
        pack: Object,
        field: Object,
        /** the table, where the field is one of its columns */
        table: { type: [Object, { value: null }], optional: true },
        /** fields that every form has */
        standard: Array,
        fieldTypes: Array,
        isReadonly: Boolean,
        onChange: Function,
        onSelect: Function,
        onNext: Function,
    };

    setup() {
        this.state = useState({ problem: "", code: "" });
    }

    get has() {
        const { type } = this.props.field;
        const isColumn = Boolean(this.props.table);
        return {
            options: WITH_OPTIONS.includes(type),
            limits: WITH_LIMITS.includes(type),
            length: WITH_LENGTH.includes(type),
            columns: type === "table",
            index: !isColumn && !NOT_INDEXED.includes(type),
            situation: !isColumn && GUIDING.includes(type),
        };
    }

    get types() {
        return this.props.fieldTypes.filter(([code]) => !this.props.table || code !== "table");
    }

    /** Fields that a condition here may name: those of the row first, then those of the form. */
    get conditionFields() {
        const { pack, table, standard } = this.props;
        return [...(table ? table.columns : []), ...pack.form.fields, ...standard];
    }

    get limitWords() {
        const isCount = ["choices", "table"].includes(this.props.field.type);
        return isCount ? [_t("At least entries"), _t("At most entries")] : [_t("Least"), _t("Greatest")];
    }

    change(more) {
        this.state.problem = "";
        this.props.onChange(changeField(this.props.pack, this.props.field.code, more));
    }

    setType(type) {
        const { field } = this.props;
        const fresh = blankField(field.code, field.label, field.section, type);
        const more = { type, min: "", max: "", default: "", max_length: 0 };
        if (!WITH_OPTIONS.includes(type) || !field.options.length) {
            more.options = fresh.options;
        }
        more.columns = type === "table" ? fresh.columns : [];
        more.situation = field.situation && GUIDING.includes(type);
        more.indexed = field.indexed && !NOT_INDEXED.includes(type);
        if (field.type === "table" && removalProblem(this.props.pack, { ...field, code: "" })) {
            this.state.problem = removalProblem(this.props.pack, { ...field, code: "" });
            return;
        }
        this.change(more);
    }

    /** A code changes only here, and with it everything that names the field. */
    setCode(ev) {
        const { pack, field, standard } = this.props;
        const code = ev.target.value.trim();
        if (code === field.code) {
            this.state.problem = "";
            return;
        }
        this.state.problem = codeProblem(pack, code, standard);
        if (this.state.problem) {
            ev.target.value = field.code;
            return;
        }
        this.props.onChange(renameField(pack, field.code, code));
        this.props.onSelect(code);
    }

    onLabelKey(ev) {
        if (ev.key === "Enter" && !ev.isComposing) {
            ev.preventDefault();
            this.props.onNext();
        }
    }

    remove() {
        const { pack, field } = this.props;
        this.state.problem = removalProblem(pack, field);
        if (!this.state.problem) {
            this.props.onChange(removeField(pack, field.code));
            this.props.onSelect(this.props.table?.code || "");
        }
    }

    // ------------------------------------------------------------------ options

    setOption(index, more) {
        const { options } = this.props.field;
        this.change({ options: replaceAt(options, index, { ...options[index], ...more }) });
    }

    /** An option's code stands in conditions: it changes only while none names it. */
    setOptionCode(index, ev) {
        const { options } = this.props.field;
        const code = ev.target.value.trim();
        const before = options[index].code;
        const isTaken = options.some((option, at) => at !== index && option.code === code);
        let problem = this.optionProblem(options[index]);
        if (!/^[A-Za-z0-9_.-]{1,60}$/.test(code)) {
            problem = _t("A code of an option has letters a-z, digits, _ . and - only.");
        } else if (isTaken) {
            problem = _t("The choice “%s” stands twice. Give each its own code.", code);
        }
        if (code !== before && problem) {
            ev.target.value = before;
            this.state.problem = problem;
        } else if (code !== before) {
            this.setOption(index, { code });
        }
    }

    optionProblem(option) {
        const places = optionUsesOf(this.props.pack, this.props.field.code, option.code);
        return places.length
            ? _t("“%(label)s” is still used by: %(places)s. Change these first.", {
                  label: option.label,
                  places: places.join(_t("; ")),
              })
            : "";
    }

    removeOption(index) {
        const { options } = this.props.field;
        const problem = this.optionProblem(options[index]);
        if (problem) {
            this.state.problem = problem;
        } else {
            this.change({ options: options.filter((_option, at) => at !== index) });
        }
    }

    addOption() {
        const { options } = this.props.field;
        const taken = new Set(options.map((option) => option.code));
        let number = options.length + 1;
        while (taken.has(`option_${number}`)) {
            number++;
        }
        const label = _t("Option %s", number).toString();
        this.change({ options: [...options, { code: `option_${number}`, label }] });
    }

    onOptionKey(ev, index) {
        const step = { ArrowUp: -1, ArrowDown: 1 }[ev.key];
        if (ev.altKey && step) {
            ev.preventDefault();
            this.change({ options: moveRow(this.props.field.options, index, index + step) });
        } else if (ev.key === "Enter" && !ev.isComposing) {
            ev.preventDefault();
            this.addOption();
        }
    }

    // ------------------------------------------------------------------ columns

    addColumn() {
        const { pack, field } = this.props;
        const code = proposeCode(pack, "column");
        const column = blankField(code, _t("New column").toString(), "", "text");
        this.change({ columns: [...field.columns, column] });
        this.props.onSelect(code);
    }

    moveColumn(index, step) {
        this.change({ columns: moveRow(this.props.field.columns, index, index + step) });
    }
}

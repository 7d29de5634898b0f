import { Component, onWillStart, onWillUnmount, onWillUpdateProps, useState } from "@odoo/owl";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { debounce } from "@web/core/utils/timing";
import { isGroup, toText, toTree } from "../../core/condition";
import { ConditionRow } from "./condition_row";
import { conditionInWords } from "./condition_words";

const CHECK_AFTER = 350;
const MAX_DEPTH = 3;

const emptyRow = () => ({ field: "", operator: "", value: null });

/** A group of rows and groups: all, any or none of them hold. */
export class ConditionGroup extends Component {
    static template = "gov_approval.ConditionGroup";
    static props = {
        group: Object,
        fields: Array,
        depth: Number,
        onChange: Function,
        onRemove: { type: Function, optional: true },
    };
    static components = { ConditionRow };

    setup() {
        this.isGroup = isGroup;
    }

    get mayNest() {
        return this.props.depth < MAX_DEPTH;
    }

    setRows(rows) {
        this.props.onChange({ ...this.props.group, rows });
    }

    replace(index, part) {
        this.setRows(this.props.group.rows.map((row, at) => (at === index ? part : row)));
    }

    remove(index) {
        this.setRows(this.props.group.rows.filter((_row, at) => at !== index));
    }

    add(part, index = this.props.group.rows.length) {
        this.setRows(this.props.group.rows.toSpliced(index, 0, part));
    }

    addGroup() {
        const join = this.props.group.join === "all" ? "any" : "all";
        this.add({ join, rows: [emptyRow()] });
    }

    addRow(index) {
        this.add(emptyRow(), index);
    }

    /** Enter adds the next row, Alt and an arrow moves this one. */
    onKeydown(ev, index) {
        const { rows } = this.props.group;
        if (ev.key === "Enter" && ev.target.matches("input") && !ev.isComposing) {
            ev.preventDefault();
            ev.stopPropagation();
            this.addRow(index + 1);
        }
        const step = { ArrowUp: -1, ArrowDown: 1 }[ev.key];
        const other = index + step;
        if (ev.altKey && step && other >= 0 && other < rows.length) {
            ev.preventDefault();
            ev.stopPropagation();
            const moved = [...rows];
            [moved[index], moved[other]] = [moved[other], moved[index]];
            this.setRows(moved);
        }
    }
}
ConditionGroup.components.ConditionGroup = ConditionGroup;

/**
 * The condition builder (条件编辑器): rows and groups, or the text. `onChange` gets the text of the
 * condition as soon as every row is complete; the server judges it while one types.
 */
export class ConditionEditor extends Component {
    static template = "gov_approval.ConditionEditor";
    static components = { ConditionGroup };
    static props = {
        value: { type: [String, { value: null }], optional: true },
        fields: Array,
        onChange: Function,
    };
    static defaultProps = { value: "" };

    setup() {
        this.orm = useService("orm");
        this.checks = new KeepLast();
        this.state = useState({ tree: null, text: "", isText: false, problem: "", isOpen: false });
        this.checkSoon = debounce(() => this.check(), CHECK_AFTER);
        onWillStart(() => this.receive(this.props));
        onWillUpdateProps((next) => {
            if ((next.value || "") !== this.emitted) {
                this.receive(next);
            }
        });
        onWillUnmount(() => this.checkSoon.cancel());
        this.changeTree = this.changeTree.bind(this);
    }

    receive({ value, fields }) {
        const text = value || "";
        const tree = toTree(text, fields);
        this.emitted = text;
        const isText = this.state.isText || !tree;
        Object.assign(this.state, { text, tree, isText, isOpen: false, problem: "" });
        if (text) {
            this.checkSoon();
        }
    }

    get sentence() {
        return conditionInWords(this.state.text, this.props.fields);
    }

    changeTree(tree) {
        this.state.tree = tree;
        const text = toText(tree, this.props.fields);
        this.state.isOpen = text === null;
        if (text !== null) {
            this.emit(text);
        }
    }

    changeText(text) {
        this.state.tree = toTree(text, this.props.fields);
        this.state.isOpen = false;
        this.emit(text.trim());
    }

    emit(text) {
        this.emitted = text;
        Object.assign(this.state, { text, problem: "" });
        this.props.onChange(text);
        if (text) {
            this.checkSoon();
        }
    }

    async check() {
        const args = [this.state.text, this.props.fields];
        const call = this.orm.silent.call("gov.item.version", "check_condition", args);
        const { problem } = await this.checks.add(call);
        this.state.problem = problem;
    }

    begin() {
        this.changeTree({ join: "all", rows: [emptyRow()] });
    }

    toggleText() {
        this.state.isText = !this.state.isText || !this.state.tree;
    }
}

/** A condition in one line of words; what only its text can show stands as text. */
export class ConditionSummary extends Component {
    static template = "gov_approval.ConditionSummary";
    static props = {
        value: { type: [String, { value: null }], optional: true },
        fields: Array,
        empty: { type: String, optional: true },
    };
    static defaultProps = { value: "", empty: "" };

    get sentence() {
        return conditionInWords(this.props.value, this.props.fields);
    }
}

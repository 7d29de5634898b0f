import { Component, useEffect, useRef, useState } from "@odoo/owl";
import { useSortable } from "@web/core/utils/sortable_owl";
import { moveRow, replaceAt } from "./pack";

/**
 * A list of rows, edited in place: Enter goes on to the next row and adds one at the end, Alt with
 * an arrow moves the row, the handle drags it.
 *
 * A column is `{key, label, type, options, width, placeholder}` with type text, long, select, flag
 * or count (-1, not stated, is shown empty). The slot `detail` gets `{row, set}` of an open row.
 * Several lines that are pasted become as many rows: lists come from published guides.
 */
export class RowTable extends Component {
    static template = "gov_approval.RowTable";
    static props = {
        rows: Array,
        columns: Array,
        blank: Function,
        onChange: Function,
        addLabel: { optional: true },
        isReadonly: { type: Boolean, optional: true },
        openAt: { optional: true },
        emptyText: { optional: true },
        slots: { type: Object, optional: true },
    };

    setup() {
        this.root = useRef("root");
        this.state = useState({ open: -1 });
        this.goTo = null;
        useSortable({
            ref: this.root,
            elements: ".o_gov_row",
            handle: ".o_gov_handle",
            cursor: "grabbing",
            enable: () => !this.props.isReadonly,
            onDrop: ({ element, previous }) => {
                const from = Number(element.dataset.index);
                const before = previous ? Number(previous.dataset.index) : -1;
                this.move(from, before < from ? before + 1 : before);
            },
        });
        useEffect(() => {
            if (this.goTo) {
                const { index, key } = this.goTo;
                this.goTo = null;
                const cell = this.cell(index, key);
                cell?.focus();
                cell?.select?.();
            }
        });
        useEffect(
            (at) => {
                if (Number.isInteger(at) && at >= 0) {
                    this.state.open = at;
                    this.focus(at, this.props.columns[0].key);
                }
            },
            () => [this.props.openAt]
        );
    }

    cell(index, key) {
        return this.root.el?.querySelector(
            `.o_gov_row[data-index="${index}"] [data-key="${key}"]`
        );
    }

    focus(index, key) {
        this.goTo = { index, key };
        this.render();
    }

    set(index, key, value) {
        this.props.onChange(
            replaceAt(this.props.rows, index, { ...this.props.rows[index], [key]: value })
        );
    }

    setNumber(index, key, text) {
        const number = parseInt(text, 10);
        this.set(index, key, Number.isNaN(number) || number < 0 ? -1 : number);
    }

    replace(index, row) {
        this.props.onChange(replaceAt(this.props.rows, index, row));
    }

    add() {
        const { rows, columns } = this.props;
        this.goTo = { index: rows.length, key: columns[0].key };
        if (this.props.slots?.detail && this.state.open >= 0) {
            this.state.open = rows.length;
        }
        this.props.onChange([...rows, this.props.blank(rows)]);
    }

    remove(index) {
        this.state.open = -1;
        this.props.onChange(this.props.rows.filter((_row, place) => place !== index));
    }

    move(from, to) {
        const rows = moveRow(this.props.rows, from, to);
        if (rows !== this.props.rows) {
            if (this.state.open === from) {
                this.state.open = to;
            }
            this.props.onChange(rows);
        }
    }

    toggle(index) {
        this.state.open = this.state.open === index ? -1 : index;
    }

    /** Lines become rows; what stands between tabs goes into the text columns that follow. */
    onPaste(ev, index, key) {
        const lines = ev.clipboardData
            .getData("text/plain")
            .split(/\r?\n/)
            .filter((line) => line.trim());
        if (this.props.isReadonly || lines.length < 2) {
            return;
        }
        ev.preventDefault();
        const keys = this.props.columns
            .filter((column) => [undefined, "text", "long"].includes(column.type))
            .map((column) => column.key);
        const first = keys.indexOf(key);
        const rows = [...this.props.rows];
        lines.forEach((line, number) => {
            const place = index + number;
            const row = number ? this.props.blank(rows) : rows[place];
            const cells = line.split("\t").slice(0, keys.length - first);
            const written = cells.map((cell, at) => [keys[first + at], cell.trim()]);
            rows.splice(place, number ? 0 : 1, { ...row, ...Object.fromEntries(written) });
        });
        this.goTo = { index: index + lines.length - 1, key };
        this.props.onChange(rows);
    }

    onKey(ev, index, key) {
        if (this.props.isReadonly || ev.isComposing) {
            return;
        }
        const step = { ArrowUp: -1, ArrowDown: 1 }[ev.key];
        if (ev.altKey && step) {
            ev.preventDefault();
            this.goTo = { index: index + step, key };
            this.move(index, index + step);
        } else if (ev.key === "Enter" && !ev.shiftKey && !ev.ctrlKey) {
            ev.preventDefault();
            if (index + 1 < this.props.rows.length) {
                this.focus(index + 1, key);
            } else {
                this.add();
            }
        }
    }
}

import { onPatched, useRef, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useDraggable } from "@web/core/utils/draggable";
import { useSortable } from "@web/core/utils/sortable_owl";
import { ConditionEditor, ConditionSummary } from "../condition/condition_editor";
import { StudioPart } from "../studio/parts";
import { setPath } from "../studio/pack";
import { FieldProperties } from "./field_properties";
import {
    addField,
    addSection,
    changeSection,
    moveField,
    removalProblem,
    removeField,
    sectionRemovalProblem,
    shiftField,
} from "./form_edit";

const ICONS = {
    text: "fa-font", long_text: "fa-align-left", number: "fa-hashtag", money: "fa-jpy",
    date: "fa-calendar", yes_no: "fa-toggle-on", choice: "fa-dot-circle-o",
    choices: "fa-check-square-o", table: "fa-table", person_id: "fa-id-card-o",
    credit_code: "fa-building-o", phone: "fa-phone", email: "fa-envelope-o",
    address: "fa-map-marker", certificate: "fa-certificate",
};

/**
 * The form designer (表单设计): types are dragged into sections, fields are dragged to their place,
 * the properties of the chosen one stand beside. Keyboard: arrows go through the fields, Alt and an
 * arrow moves one, Delete removes it, Enter goes on to the next.
 */
export class FormDesigner extends StudioPart {
    static template = "gov_approval.FormDesigner";
    static components = { ConditionEditor, ConditionSummary, FieldProperties };

    setup() {
        this.root = useRef("root");
        this.icons = ICONS;
        this.state = useState({ selected: "", section: "", problem: "" });
        this.wanted = "";
        this.select = this.select.bind(this);
        this.goOn = () => this.step(1, "label");
        this.takeFocus(this.props.focus);
        this.dragPalette();
        this.sortFields();
        onPatched(() => this.moveFocus());
    }

    /** A check of the publish gate leads to its field. */
    takeFocus(focus) {
        const [, code] = (focus.path || "").split(".");
        const field = this.fields.find(
            (one) => one.code === code || (focus.field && one.label === focus.field)
        );
        this.state.selected = (field || this.fields[0])?.code || "";
    }

    get fields() {
        return this.props.pack.form.fields;
    }

    get sections() {
        const { sections } = this.props.pack.form;
        const codes = new Set(sections.map(({ code }) => code));
        const lost = this.fields.some((field) => !codes.has(field.section));
        const loose = { code: "", name: _t("Without a section").toString(), visible_if: "" };
        return [...(lost ? [loose] : []), ...sections].map((section) => ({
            section,
            fields: this.fields.filter(
                (field) => (codes.has(field.section) ? field.section : "") === section.code
            ),
        }));
    }

    /** Fields that every form has; conditions may name them. */
    get standard() {
        const own = new Set(this.fields.map(({ code }) => code));
        return this.props.preview.form.fields.filter(
            (field) => field.section === "applicant" && !own.has(field.code)
        );
    }

    get conditionFields() {
        return [...this.fields, ...this.standard];
    }

    /** The chosen field, and its table where it is a column. */
    get chosen() {
        const { selected } = this.state;
        const field = this.fields.find(({ code }) => code === selected);
        if (field) {
            return { field, table: null };
        }
        for (const table of this.fields) {
            const column = table.columns.find(({ code }) => code === selected);
            if (column) {
                return { field: column, table };
            }
        }
        return null;
    }

    get chosenSection() {
        return this.props.pack.form.sections.find(({ code }) => code === this.state.section);
    }

    typeWord(field) {
        return (this.props.words.field_types.find(([code]) => code === field.type) || [])[1];
    }

    // ----------------------------------------------------------------- choosing

    select(code) {
        Object.assign(this.state, { selected: code, section: "", problem: "" });
    }

    selectSection(code) {
        Object.assign(this.state, { selected: "", section: code, problem: "" });
    }

    /** The next or last field in the order that is shown; `wanted` is what then has the focus. */
    step(by, wanted) {
        const codes = this.sections.flatMap(({ fields }) => fields.map(({ code }) => code));
        const at = codes.indexOf((this.chosen?.table || this.chosen?.field)?.code) + by;
        if (at >= 0 && at < codes.length) {
            this.select(codes[at]);
            this.wanted = wanted;
        }
    }

    moveFocus() {
        const selectors = {
            field: ".gov-fd-field.is-on",
            label: "[data-label]",
            section: "[data-section-name]",
        };
        const target = this.root.el.querySelector(selectors[this.wanted] || "none");
        this.wanted = "";
        target?.focus();
        target?.select?.();
    }

    onFieldKey(ev, field) {
        if (this.props.isReadonly && ev.altKey) {
            return;
        }
        const step = { ArrowUp: -1, ArrowDown: 1 }[ev.key];
        if (step && ev.altKey) {
            this.wanted = "field";
            this.props.onChange(shiftField(this.props.pack, field.code, step));
        } else if (step) {
            this.step(step, "field");
        } else if (ev.key === "Enter") {
            this.step(1, "field");
        } else if (ev.key === " ") {
            this.select(field.code);
            this.wanted = "label";
        } else if (ev.key === "Delete") {
            this.remove(field);
        } else {
            return;
        }
        ev.preventDefault();
        ev.stopPropagation();
    }

    // ----------------------------------------------------------------- changing

    add(type, section, next) {
        if (this.props.isReadonly) {
            return;
        }
        const label = this.props.words.field_types.find(([code]) => code === type)[1];
        const chosen = this.chosen?.table || this.chosen?.field;
        const { sections } = this.props.pack.form;
        const place = section ?? (chosen?.section || this.state.section || sections.at(-1)?.code || "");
        const [pack, code] = addField(this.props.pack, type, label, place, next);
        this.props.onChange(pack);
        this.select(code);
        this.wanted = "label";
    }

    remove(field) {
        this.state.problem = removalProblem(this.props.pack, field);
        if (!this.state.problem && !this.props.isReadonly) {
            this.step(1, "field");
            if (this.state.selected === field.code) {
                this.step(-1, "field");
            }
            this.props.onChange(removeField(this.props.pack, field.code));
        }
    }

    addSection() {
        const [pack, code] = addSection(this.props.pack, _t("New section").toString());
        this.props.onChange(pack);
        this.selectSection(code);
        this.wanted = "section";
    }

    changeSection(more) {
        this.props.onChange(changeSection(this.props.pack, this.state.section, more));
    }

    moveSection(step) {
        const { sections } = this.props.pack.form;
        const at = sections.indexOf(this.chosenSection);
        const to = at + step;
        if (to >= 0 && to < sections.length) {
            const moved = sections.toSpliced(at, 1).toSpliced(to, 0, sections[at]);
            this.props.onChange(setPath(this.props.pack, "form.sections", moved));
        }
    }

    removeSection() {
        const section = this.chosenSection;
        this.state.problem = sectionRemovalProblem(this.props.pack, section);
        if (!this.state.problem) {
            const rest = this.props.pack.form.sections.filter((one) => one !== section);
            this.props.onChange(setPath(this.props.pack, "form.sections", rest));
            this.select(this.fields[0]?.code || "");
        }
    }

    // ----------------------------------------------------------------- dragging

    sortFields() {
        useSortable({
            ref: this.root,
            enable: () => !this.props.isReadonly,
            elements: ".gov-fd-field",
            groups: ".gov-fd-fields",
            connectGroups: true,
            cursor: "grabbing",
            onDrop: ({ element, parent, next }) => {
                const section = (parent || element.parentElement).dataset.section;
                const { code } = element.dataset;
                this.props.onChange(moveField(this.props.pack, code, section, next?.dataset.code));
                this.select(code);
            },
        });
    }

    elementAt(selector, x, y) {
        return [...this.root.el.querySelectorAll(selector)].find((element) => {
            const { left, right, top, bottom } = element.getBoundingClientRect();
            return left <= x && x <= right && top <= y && y <= bottom;
        });
    }

    /** A type dropped on a field stands before it, on a section at its end. */
    dragPalette() {
        useDraggable({
            ref: this.root,
            enable: () => !this.props.isReadonly,
            elements: ".gov-fd-type",
            cursor: "grabbing",
            onDrop: ({ element, x, y }) => {
                const section = this.elementAt(".gov-fd-section", x, y);
                const field = this.elementAt(".gov-fd-field", x, y);
                if (section) {
                    this.add(element.dataset.type, section.dataset.section, field?.dataset.code);
                }
            },
        });
    }
}

registry.category("gov_studio_parts").add(
    "form",
    { Component: FormDesigner, label: _t("Application form"), icon: "fa-list-alt" },
    { sequence: 30 }
);

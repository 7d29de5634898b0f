import { Component, onPatched, useRef, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { namesIn } from "../core/names";
import { choicesOf, isBlank, typeOf } from "./field_types";
import { FormState } from "./form_state";

/**
 * Where the answers to guiding questions lead; it follows `kernel/guidance.py`.
 *
 * @param {Object} form of a definition
 * @param {Object[]} materials `{ code, required, needed_if }`
 * @param {Object} values answers by code; what is no guiding question is not looked at
 * @param {string} today ISO date
 */
export function leadOf(form, materials, values, today) {
    const questions = form.fields.filter((field) => field.situation);
    const codes = new Set(questions.map((field) => field.code));
    const given = Object.entries(values).filter(([code]) => codes.has(code));
    const state = new FormState(form, Object.fromEntries(given), today);
    const asked = questions.filter((field) => state.isVisible(field));
    const needed = state.neededMaterials(materials);
    return {
        asked,
        next: asked.find((field) => isBlank(values[field.code])) || null,
        materials: needed,
        openMaterials: materials.filter(
            (material) =>
                (material.required || "always") === "always" &&
                !needed.includes(material) &&
                [...namesIn(material.needed_if)].some((name) => !codes.has(name))
        ),
        sections: state.sections.map(({ section }) => section).filter(({ name }) => name),
    };
}

/** Answers of guiding questions that are shown, as a query of an address. */
export function queryOf(lead, values) {
    const say = (value) => ({ true: "yes", false: "no" })[value] ?? value;
    const query = new URLSearchParams();
    for (const { code } of lead.asked) {
        for (const value of [values[code]].flat()) {
            if (!isBlank(value)) {
                query.append(code, say(value));
            }
        }
    }
    return query.toString();
}

/**
 * Guided questions (情形引导): one after the other, and what they lead to beside them. For the
 * public, at the window and in the studio. The slot `end` stands under the result; its scope has
 * the `lead`.
 */
export class SituationGuide extends Component {
    static template = "gov_approval.SituationGuide";
    static props = {
        form: Object,
        materials: Array,
        values: Object,
        today: String,
        onChange: Function,
        canPrint: { type: Boolean, optional: true },
        slots: { type: Object, optional: true },
    };
    static defaultProps = { canPrint: false };

    setup() {
        this.root = useRef("root");
        this.state = useState({ open: "", many: [] });
        this.moved = false;
        onPatched(() => this.moveFocus());
    }

    get lead() {
        const { form, materials, values, today } = this.props;
        return leadOf(form, materials, values, today);
    }

    /** The question that is open: the one to be changed, else the next without an answer. */
    question(lead) {
        return lead.asked.find(({ code }) => code === this.state.open) || lead.next;
    }

    choices(field) {
        return choicesOf(field);
    }

    isMany(field) {
        return field.type === "choices";
    }

    isChosen(field, value) {
        return this.isMany(field) ? this.chosen(field).includes(value) : this.props.values[field.code] === value;
    }

    chosen(field) {
        return this.props.values[field.code] || [];
    }

    shown(field) {
        return typeOf(field).show(field, this.props.values[field.code]);
    }

    answered(lead) {
        return lead.asked.filter(({ code }) => !isBlank(this.props.values[code]));
    }

    progress(lead) {
        const question = this.question(lead);
        const number = lead.asked.indexOf(question) + 1;
        return _t("Question %(number)s of %(count)s", { number, count: lead.asked.length });
    }

    change(field, value) {
        this.props.onChange({ ...this.props.values, [field.code]: value });
    }

    choose(field, value) {
        this.moved = true;
        this.state.open = "";
        this.change(field, value);
    }

    toggle(field, code, isOn) {
        const offered = field.options.map((option) => option.code);
        const now = this.chosen(field);
        this.state.open = field.code; // stays open until one goes on
        this.change(
            field,
            offered.filter((one) => (one === code ? isOn : now.includes(one)))
        );
    }

    goOn() {
        this.moved = true;
        this.state.open = "";
    }

    reopen(field) {
        this.moved = true;
        this.state.open = field.code;
    }

    restart() {
        this.moved = true;
        this.state.open = "";
        const codes = this.props.form.fields.filter((field) => field.situation);
        const values = { ...this.props.values };
        codes.forEach(({ code }) => delete values[code]);
        this.props.onChange(values);
    }

    print() {
        window.print();
    }

    /** After an answer, keyboard and screen reader stand at the next question or the result. */
    moveFocus() {
        if (this.moved) {
            this.moved = false;
            this.root.el.querySelector("[data-focus]")?.focus();
        }
    }
}

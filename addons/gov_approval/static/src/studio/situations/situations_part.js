import { useState } from "@odoo/owl";
import { serializeDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { SituationGuide } from "../../form/situation_guide";
import { ConditionSummary } from "../condition/condition_editor";
import { changeField } from "../form/form_edit";
import { StudioPart } from "../studio/parts";

const GUIDING = ["choice", "choices", "yes_no"];

/** 情形引导: which questions are asked before filing, and a live trial of where answers lead. */
export class SituationsPart extends StudioPart {
    static template = "gov_approval.SituationsPart";
    static components = { ConditionSummary, SituationGuide };

    setup() {
        this.today = serializeDate(luxon.DateTime.now());
        this.state = useState({ values: {} });
        this.answer = (values) => (this.state.values = values);
    }

    /** Fields that could guide; what is marked and cannot is refused by the publish gate. */
    get candidates() {
        return this.props.pack.form.fields.filter(
            (field) => GUIDING.includes(field.type) || field.situation
        );
    }

    get conditionFields() {
        return this.props.preview.form.fields;
    }

    mark(field, situation) {
        this.props.onChange(changeField(this.props.pack, field.code, { situation }));
    }

    /** How many materials hang on the answer to a question. */
    materialsOf(field) {
        const named = new RegExp(`\\b${field.code}\\b`);
        return this.props.pack.materials.filter(({ needed_if }) => named.test(needed_if)).length;
    }

    get hasQuestions() {
        return this.props.preview.form.fields.some((field) => field.situation);
    }
}

registry.category("gov_studio_parts").add(
    "situations",
    { Component: SituationsPart, label: _t("Situations"), icon: "fa-map-signs" },
    { sequence: 20 }
);

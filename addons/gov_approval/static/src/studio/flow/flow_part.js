import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { StudioPart } from "../studio/parts";
import { FlowDesigner } from "./flow_designer";

/** 流程: the flow of the item in the studio. */
export class FlowPart extends StudioPart {
    static template = "gov_approval.FlowPart";
    static components = { FlowDesigner };

    setup() {
        this.setFlow = this.setter("flow");
    }

    /** As compiled: with the questions about the applicant, which conditions may ask too. */
    get fields() {
        return this.props.preview.form.fields;
    }
}

registry
    .category("gov_studio_parts")
    .add("flow", { Component: FlowPart, label: _t("Flow"), icon: "fa-sitemap" }, { sequence: 50 });

import { Component } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import {
    ConditionEditor,
    ConditionSummary,
} from "@gov_approval/studio/condition/condition_editor";

/** Which acts a rule catches: the condition builder over what an act shows (监察条件). */
export class RuleCondition extends Component {
    static template = "gov_supervision.RuleCondition";
    static components = { ConditionEditor, ConditionSummary };
    static props = { ...standardFieldProps };

    setup() {
        this.change = this.change.bind(this);
    }

    get fields() {
        return this.props.record.data.condition_fields || [];
    }

    get value() {
        return this.props.record.data[this.props.name] || "";
    }

    change(text) {
        this.props.record.update({ [this.props.name]: text });
    }
}

registry.category("fields").add("gov_rule_condition", {
    component: RuleCondition,
    supportedTypes: ["char"],
    fieldDependencies: [{ name: "condition_fields", type: "json" }],
});

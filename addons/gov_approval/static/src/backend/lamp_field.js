import { Component } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** Time left in words on the colour of the lamp (红黄灯); needs the field `lamp` in the view. */
export class LampField extends Component {
    static template = "gov_approval.LampField";
    static props = { ...standardFieldProps };

    get text() {
        return this.props.record.data[this.props.name];
    }

    get lampClass() {
        return `o_gov_lamp_${this.props.record.data.lamp || "grey"}`;
    }
}

registry.category("fields").add("gov_lamp", {
    component: LampField,
    supportedTypes: ["char"],
    fieldDependencies: [{ name: "lamp", type: "selection", readonly: true }],
});

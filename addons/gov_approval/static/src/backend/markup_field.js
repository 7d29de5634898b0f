import { Component, markup } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** HTML or SVG that the server itself has drawn: computed fields only, never stored text. */
export class ServerMarkupField extends Component {
    static template = "gov_approval.ServerMarkupField";
    static props = { ...standardFieldProps };

    get content() {
        return markup(this.props.record.data[this.props.name] || "");
    }
}

registry.category("fields").add("gov_markup", {
    component: ServerMarkupField,
    supportedTypes: ["html", "text"],
});

import { Component, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { SituationGuide, queryOf } from "../form/situation_guide";

/** Guided questions on the public site; the address always has the answers given so far. */
export class SituationPage extends Component {
    static template = "gov_approval.SituationPage";
    static components = { SituationGuide };
    static props = {
        base: String,
        guidance: Object,
        formToken: String,
        isOnline: Boolean,
        isPublic: Boolean,
    };

    setup() {
        this.csrf = odoo.csrf_token;
        this.state = useState({ values: this.props.guidance.answers });
        this.change = this.change.bind(this);
    }

    change(values) {
        this.state.values = values;
    }

    query(lead) {
        return queryOf(lead, this.state.values);
    }

    /** The address of the same answers, for keeping and for sending on. */
    address(lead) {
        return `${this.props.base}/situation?${this.query(lead)}`;
    }

    applyAddress(lead) {
        return `${this.props.base}/apply?situation=${encodeURIComponent(this.query(lead))}`;
    }
}

registry.category("public_components").add("gov_approval.situation_page", SituationPage);

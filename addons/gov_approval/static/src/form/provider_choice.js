import { Component, useState } from "@odoo/owl";

/**
 * Whom the applicant chose for an intermediary service (自主选择中介服务机构): what the service is, and
 * two free lines for name and credit code. No list is offered and nothing is preset, because nobody
 * may steer the choice; leaving it empty is no fault.
 */
export class ProviderChoice extends Component {
    static template = "gov_approval.ProviderChoice";
    static props = {
        service: Object,
        /** Called with the statement, or null to take it back; gives `{error}` or nothing. */
        onState: Function,
        /** Whether staff writes down what the applicant says. */
        isForStaff: { type: Boolean, optional: true },
    };
    static defaultProps = { isForStaff: false };

    setup() {
        this.state = useState({ by: "provider", name: "", code: "", isOwn: false, error: "" });
    }

    get chosen() {
        return this.props.service.choice;
    }

    async send(statement) {
        const answer = await this.props.onState(statement);
        this.state.error = answer?.error || "";
        if (!this.state.error) {
            Object.assign(this.state, { name: "", code: "", isOwn: false });
        }
    }

    keep() {
        const { by, name, code, isOwn } = this.state;
        return this.send({ by, name, credit_code: code, is_own: isOwn });
    }
}

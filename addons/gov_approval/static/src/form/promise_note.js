import { Component, onWillUpdateProps, useState } from "@odoo/owl";

/**
 * What the applicant promises (容缺受理承诺, 告知承诺): what the organ tells, which materials it is
 * about, one tick, one name. The tick holds for the promises as they stand; the server keeps it.
 */
export class PromiseNote extends Component {
    static template = "gov_approval.PromiseNote";
    static props = {
        promises: Object,
        names: Object,
        signer: String,
        onSign: Function,
        problem: { type: String, optional: true },
    };
    static defaultProps = { problem: "" };

    setup() {
        const { signer } = this.props.promises;
        this.state = useState({ by: signer || this.props.signer, isAgreed: Boolean(signer) });
        onWillUpdateProps((next) => {
            if (JSON.stringify(next.promises.given) !== JSON.stringify(this.props.promises.given)) {
                this.state.isAgreed = false;
            }
            this.state.by ||= next.signer;
        });
    }

    /** The texts of the promises that were made, each with the names of its materials. */
    get parts() {
        const { given, texts } = this.props.promises;
        return Object.entries(texts)
            .map(([form, text]) => ({
                form,
                text,
                materials: Object.keys(given)
                    .filter((code) => given[code] === form)
                    .map((code) => this.props.names[code] || code),
            }))
            .filter(({ materials }) => materials.length);
    }

    sign() {
        this.props.onSign({ by: this.state.by, is_agreed: this.state.isAgreed });
    }
}

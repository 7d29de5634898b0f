import { Component } from "@odoo/owl";

/** The key by which the case page knows an act on a step. */
export const keyOf = ({ act, node, department }) =>
    `${act}:${node}${department ? `:${department}` : ""}`;

/** Further acts by group, and those that have to wait, each with the reason. */
export class OtherActs extends Component {
    static template = "gov_approval.OtherActs";
    static props = {
        offers: Array,
        current: { type: Object, optional: true },
        hindered: Array,
        onChoose: Function,
    };

    keyOf(offer) {
        return keyOf(offer);
    }

    /** In the order of the server. */
    get groups() {
        const { offers, current } = this.props;
        const groups = new Map();
        for (const offer of offers) {
            if (!current || keyOf(offer) !== keyOf(current)) {
                groups.set(offer.group, [...(groups.get(offer.group) || []), offer]);
            }
        }
        return [...groups].map(([name, members]) => ({ name, members }));
    }
}

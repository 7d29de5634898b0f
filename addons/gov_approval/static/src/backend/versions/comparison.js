import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

/**
 * Two versions of an item side by side (版本比较): what was, what is, part by part.
 * `otherId` is what to compare with; without it the server takes the version in force.
 */
export class VersionComparison extends Component {
    static template = "gov_approval.VersionComparison";
    static props = { versionId: Number, otherId: { type: Number, optional: true } };

    setup() {
        this.orm = useService("orm");
        this.loads = new KeepLast();
        this.state = useState({ found: null });
        onWillStart(() => this.load(this.props.versionId, this.props.otherId));
        onWillUpdateProps((next) => {
            if (next.versionId !== this.props.versionId || next.otherId !== this.props.otherId) {
                return this.load(next.versionId, next.otherId);
            }
        });
    }

    async load(versionId, otherId) {
        const call = this.orm.call("gov.item.version", "action_compare", [
            [versionId],
            otherId || false,
        ]);
        this.state.found = await this.loads.add(call);
    }

    onChoose(ev) {
        return this.load(this.props.versionId, Number(ev.target.value));
    }
}

/** The comparison as a dialog. */
export class VersionComparisonAction extends Component {
    static template = "gov_approval.VersionComparisonAction";
    static components = { VersionComparison };
    static props = { ...standardActionServiceProps };

    get versionId() {
        return this.props.action.params.version_id;
    }

    get otherId() {
        return this.props.action.params.other_id || undefined;
    }
}

registry.category("actions").add("gov_approval.version_comparison", VersionComparisonAction);

import { Component, onWillDestroy, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

/**
 * Past cases played on a draft (回放), batch after batch until all are counted or it is stopped.
 */
export class VersionReplay extends Component {
    static template = "gov_approval.VersionReplay";
    static props = { versionId: Number, "*": true };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ found: null, isRunning: false });
        onWillStart(() => {
            this.run();
        });
        onWillDestroy(() => (this.state.isRunning = false));
    }

    get played() {
        const { tally } = this.state.found;
        return tally.total + tally.skipped;
    }

    get share() {
        const { total } = this.state.found;
        return total ? Math.round((100 * this.played) / total) : 100;
    }

    async run() {
        this.state.isRunning = true;
        let [after, tally] = [0, false];
        try {
            while (this.state.isRunning) {
                const found = await this.orm.call("gov.item.version", "action_replay", [
                    [this.props.versionId],
                    after,
                    tally,
                ]);
                [after, tally] = [found.after_id, found.tally];
                this.state.found = found;
                if (found.is_done) {
                    break;
                }
            }
        } finally {
            this.state.isRunning = false;
        }
    }

    stop() {
        this.state.isRunning = false;
    }

    openCases(line) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            name: line.text || _t("Cases"),
            res_model: "gov.case",
            domain: [["id", "in", line.case_ids]],
            views: [
                [false, "list"],
                [false, "form"],
            ],
        });
    }
}

/** The replay as a dialog. */
export class VersionReplayAction extends Component {
    static template = "gov_approval.VersionReplayAction";
    static components = { VersionReplay };
    static props = { ...standardActionServiceProps };
}

registry.category("actions").add("gov_approval.version_replay", VersionReplayAction);

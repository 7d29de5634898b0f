import { Component, onWillStart, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { RPCError } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

const MODEL = "gov.item.version";

/**
 * Publishing a version (发布): at once, or in force as of a day; with what has to be known before.
 * `onDone` is called after it was published or scheduled.
 */
export class PublishVersion extends Component {
    static template = "gov_approval.PublishVersion";
    static props = { versionId: Number, onDone: Function };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ facts: null, when: "now", day: "", message: "", isBusy: false });
        onWillStart(async () => {
            const facts = await this.orm.call(MODEL, "action_prepare_publish", [
                [this.props.versionId],
            ]);
            Object.assign(this.state, { facts, day: facts.tomorrow });
        });
    }

    async publish() {
        const { when, day } = this.state;
        Object.assign(this.state, { isBusy: true, message: "" });
        try {
            const args = [[this.props.versionId], when === "now" ? false : day || "-"];
            await this.orm.call(MODEL, "action_publish", args);
        } catch (error) {
            if (!(error instanceof RPCError)) {
                throw error;
            }
            this.state.message = error.data?.message || error.message;
            return;
        } finally {
            this.state.isBusy = false;
        }
        await this.props.onDone(when === "now" ? false : day);
    }
}

/** The same in a dialog, for other screens. */
export class PublishDialog extends Component {
    static template = "gov_approval.PublishDialog";
    static components = { Dialog, PublishVersion };
    static props = { versionId: Number, onDone: Function, close: Function };

    setup() {
        this.done = async (day) => {
            this.props.close();
            await this.props.onDone(day);
        };
    }
}

/** The same as an action of the form of a version. */
export class PublishVersionAction extends Component {
    static template = "gov_approval.PublishVersionAction";
    static components = { PublishVersion };
    static props = { ...standardActionServiceProps };

    setup() {
        this.action = useService("action");
        this.done = async () => {
            await this.action.doAction({ type: "ir.actions.act_window_close" });
            await this.action.doAction({ type: "ir.actions.client", tag: "soft_reload" });
        };
    }
}

registry.category("actions").add("gov_approval.version_publish", PublishVersionAction);

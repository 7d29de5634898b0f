import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { FormRenderer } from "../../form/form_renderer";

const MODEL = "gov.item.version";

/**
 * The stored test cases of an item, run on one version (测试用例): answers are entered through the
 * form of the item, and the present result is recorded as the expected one by a button.
 * `stamp` changes when the version was saved, so that the tests are run again.
 */
export class ItemTests extends Component {
    static template = "gov_approval.ItemTests";
    static components = { FormRenderer };
    static props = { versionId: Number, stamp: { type: Number, optional: true } };

    setup() {
        this.orm = useService("orm");
        this.dialog = useService("dialog");
        this.state = useState({ found: null, openId: 0, isNew: false, name: "", playedOn: "" });
        this.answers = {};
        this.onAnswers = (answers) => (this.answers = answers);
        onWillStart(() => this.run());
        onWillUpdateProps((next) => next.stamp !== this.props.stamp && this.run(next.versionId));
    }

    get open() {
        return this.state.found.tests.find(({ id }) => id === this.state.openId);
    }

    get failed() {
        return this.state.found.tests.filter((test) => test.is_recorded && !test.is_passed).length;
    }

    get isEditing() {
        return this.state.isNew || Boolean(this.open);
    }

    statusOf(test) {
        if (!test.is_recorded) {
            return { style: "text-bg-light border", mark: "–", label: _t("Not recorded") };
        }
        return test.is_passed
            ? { style: "text-bg-success", mark: "✓", label: _t("Passed") }
            : { style: "text-bg-danger", mark: "✗", label: _t("Other result") };
    }

    async call(method, ...args) {
        this.state.found = await this.orm.call(MODEL, method, [[this.props.versionId], ...args]);
        return this.state.found;
    }

    async run(versionId = this.props.versionId) {
        this.state.found = await this.orm.call(MODEL, "action_tests", [[versionId]]);
    }

    show(test) {
        this.answers = test.answers;
        Object.assign(this.state, {
            openId: test.id,
            isNew: false,
            name: test.name,
            playedOn: test.played_on,
        });
    }

    add() {
        this.answers = {};
        Object.assign(this.state, {
            openId: 0,
            isNew: true,
            name: "",
            playedOn: this.state.found.today,
        });
    }

    /** Store what was typed; the answers are run at once. */
    async save() {
        const { openId, name, playedOn } = this.state;
        const found = await this.call("action_save_test", openId || false, name, playedOn, {
            ...this.answers,
        });
        Object.assign(this.state, { openId: found.saved, isNew: false });
    }

    async record() {
        await this.save();
        await this.call("action_record_test", this.state.openId);
    }

    remove() {
        this.dialog.add(ConfirmationDialog, {
            title: _t("Remove the test case"),
            body: _t("Later versions are not tested with it any more. Remove it?"),
            confirm: async () => {
                await this.call("action_remove_test", this.state.openId);
                this.state.openId = 0;
            },
            cancel: () => {},
        });
    }
}

/** The tests as a page of their own. */
export class ItemTestsAction extends Component {
    static template = "gov_approval.ItemTestsAction";
    static components = { ItemTests };
    static props = { ...standardActionServiceProps };

    get versionId() {
        return this.props.action.params?.version_id || this.props.action.context.active_id;
    }
}

registry.category("actions").add("gov_approval.item_tests", ItemTestsAction);

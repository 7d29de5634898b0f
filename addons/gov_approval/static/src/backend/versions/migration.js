import { Component, onWillDestroy, onWillStart, useState } from "@odoo/owl";
import { serializeDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { RPCError } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

const { DateTime } = luxon;

/**
 * Running cases on older versions of an item (在途办件迁移): what moving each of them would do, and
 * the act itself, for one or for those chosen. Each case is moved by a request of its own, so that
 * a refusal stands in its line and stops no other.
 */
export class VersionMigration extends Component {
    static template = "gov_approval.VersionMigration";
    static components = { Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.isAlive = true;
        this.state = useState({
            cases: [], total: 0, number: 0, canOpen: true, isLoading: true, isMoving: false,
            reasons: "", message: "",
        });
        onWillStart(() => {
            this.load();
        });
        onWillDestroy(() => (this.isAlive = false));
    }

    async load() {
        let after = 0;
        try {
            while (this.isAlive) {
                const found = await this.orm.call("gov.item.version", "action_preview_migration", [
                    [this.props.action.params.version_id],
                    after,
                ]);
                after = found.after_id;
                this.state.cases.push(...found.cases.map((one) => this.begin(one)));
                Object.assign(this.state, {
                    total: found.total, number: found.number, canOpen: found.can_open,
                });
                if (found.is_done) {
                    break;
                }
            }
        } finally {
            this.state.isLoading = false;
        }
    }

    begin(one) {
        const consent = { by: "", on: serializeDate(DateTime.now()), how: "" };
        return { ...one, isChosen: false, isOpen: false, consent, done: "", refused: "" };
    }

    /** Moving these asks nobody: they can be chosen together. */
    get free() {
        return this.state.cases.filter(
            (one) => one.can_move && !one.needs_consent && !one.done
        );
    }

    get chosen() {
        return this.free.filter((one) => one.isChosen);
    }

    /** How many there are, where the reader does not see all of them. */
    get scope() {
        const { cases, total, canOpen, isLoading } = this.state;
        if (isLoading || total <= cases.length) {
            return "";
        }
        return canOpen
            ? _t("%(total)s running cases are under older versions; you may read %(count)s of them.", {
                  total, count: cases.length,
              })
            : _t(
                  "%(total)s running cases are under older versions. The chief representatives who may read them move them.",
                  { total }
              );
    }

    get report() {
        const { cases } = this.state;
        const done = cases.filter((one) => one.done).length;
        const refused = cases.filter((one) => one.refused).length;
        return done || refused
            ? _t("%(done)s cases moved, %(refused)s refused", { done, refused })
            : "";
    }

    describeVersions(one) {
        return _t("version %(old)s → %(new)s", { old: one.version, new: this.state.number });
    }

    chooseAll(isChosen) {
        this.free.forEach((one) => (one.isChosen = isChosen));
    }

    async moveChosen() {
        await this.move(this.chosen);
    }

    async move(cases) {
        if (this.state.isMoving) {
            return;
        }
        this.state.message = this.state.reasons.trim()
            ? ""
            : _t("State the reasons first; they stand in the history of each case.");
        if (this.state.message) {
            return;
        }
        this.state.isMoving = true;
        try {
            for (const one of cases) {
                if (this.isAlive) {
                    await this.moveOne(one);
                }
            }
        } finally {
            this.state.isMoving = false;
        }
    }

    async moveOne(one) {
        const payload = { reasons: this.state.reasons.trim() };
        if (one.needs_consent) {
            Object.assign(payload, {
                consented_by: one.consent.by.trim(),
                consented_on: one.consent.on,
                consented_how: one.consent.how.trim(),
            });
        }
        one.refused = "";
        try {
            await this.orm.call("gov.case", "action_act", [[one.id], "migrate", payload]);
            Object.assign(one, { isChosen: false, isOpen: false });
            one.done = _t("Moved to version %s", this.state.number);
        } catch (error) {
            if (!(error instanceof RPCError)) {
                throw error;
            }
            one.refused = error.data?.message || error.message;
        }
    }

    openCase(one) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "gov.case",
            res_id: one.id,
            views: [[false, "form"]],
        });
    }
}

registry.category("actions").add("gov_approval.version_migration", VersionMigration);

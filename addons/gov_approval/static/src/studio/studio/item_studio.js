import {
    Component,
    markRaw,
    markup,
    onWillDestroy,
    onWillStart,
    useEffect,
    useExternalListener,
    useRef,
    useState,
} from "@odoo/owl";
import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { serializeDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { RPCError } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { useSetupAction } from "@web/search/action_hook";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { PublishDialog } from "../../backend/versions/publish_dialog";
import { FormRenderer } from "../../form/form_renderer";
import { History, withoutBlanks } from "./pack";

const { DateTime } = luxon;

/** A change is saved this long after the last keystroke. */
const SAVE_AFTER_MS = 500;
/** Without a connection the save is tried again after this time. */
const TRY_AGAIN_MS = 5000;

/**
 * The item studio (事项设计器): one draft version, edited part by part beside the page that the
 * applicant will see.
 *
 * Parts are entries of the registry `gov_studio_parts`: `{label, icon, Component}`. A part is a
 * controlled component with the props `{pack, onChange, words, preview, focus, isReadonly, head}`.
 */
export class ItemStudio extends Component {
    static template = "gov_approval.ItemStudio";
    static components = { FormRenderer };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.dialog = useService("dialog");
        this.notification = useService("notification");
        this.action = useService("action");
        this.root = useRef("root");
        this.side = useRef("side");
        this.parts = registry
            .category("gov_studio_parts")
            .getEntries()
            .map(([key, part]) => ({ key, ...part }));
        this.today = serializeDate(DateTime.now());
        this.history = new History();
        this.state = useState({
            part: this.parts[0].key,
            side: "form",
            status: "saved",
            message: "",
            focus: {},
            answers: markRaw({}),
            steps: 0,
        });
        this.change = this.change.bind(this);
        this.answer = (answers) => (this.state.answers = markRaw(answers));
        onWillStart(() => this.load());
        onWillDestroy(() => clearTimeout(this.timer));
        useSetupAction({
            beforeLeave: () => this.leave(),
            beforeUnload: (ev) => this.warn(ev),
        });
        useExternalListener(window, "keydown", (ev) => this.onKey(ev), { capture: true });
        useEffect(
            () => this.reveal(),
            () => [this.state.focus]
        );
    }

    get versionId() {
        return this.props.action.context.active_id;
    }

    // ------------------------------------------------------------------ loading

    async load() {
        const { pack, revision, preview, words, head } = await this.orm.call(
            "gov.item.version",
            "studio_load",
            [[this.versionId]]
        );
        this.revision = revision;
        this.history = new History();
        Object.assign(this.state, {
            pack: markRaw(pack),
            preview: markRaw(preview),
            words: markRaw(words),
            head,
            status: "saved",
            message: "",
        });
        this.env.config.setDisplayName(head.name);
    }

    // ----------------------------------------------------------------- changing

    change(pack) {
        if (this.state.head.is_readonly || pack === this.state.pack) {
            return;
        }
        this.history.push(this.state.pack);
        this.take(pack);
    }

    take(pack) {
        this.state.pack = markRaw(pack);
        this.state.steps++;
        this.state.status = "dirty";
        this.schedule(SAVE_AFTER_MS);
    }

    undo() {
        const pack = this.history.undo(this.state.pack);
        if (pack !== this.state.pack) {
            this.take(pack);
        }
    }

    redo() {
        const pack = this.history.redo(this.state.pack);
        if (pack !== this.state.pack) {
            this.take(pack);
        }
    }

    get canUndo() {
        return this.state.steps && this.history.past.length;
    }

    get canRedo() {
        return this.state.steps && this.history.future.length;
    }

    onKey(ev) {
        const isOthers = document.querySelector(".modal.show") || ev.target.isContentEditable;
        if (!(ev.ctrlKey || ev.metaKey) || ev.altKey || isOthers) {
            return;
        }
        const key = ev.key.toLowerCase();
        const step = { z: ev.shiftKey ? "redo" : "undo", y: "redo", s: "save" }[key];
        if (step) {
            ev.preventDefault();
            ev.stopPropagation();
            this[step]();
        }
    }

    // ------------------------------------------------------------------- saving

    schedule(delay) {
        clearTimeout(this.timer);
        this.timer = setTimeout(() => this.save(), delay);
    }

    /** Send what changed; one save at a time, and once more for what was typed meanwhile. */
    async save() {
        clearTimeout(this.timer);
        if (this.saving) {
            await this.saving;
        }
        if (!["dirty", "offline"].includes(this.state.status)) {
            return;
        }
        this.saving = this.send().finally(() => (this.saving = null));
        await this.saving;
    }

    async send() {
        const { pack } = this.state;
        this.state.status = "saving";
        try {
            const answer = await this.orm.silent.call("gov.item.version", "studio_save", [
                [this.versionId],
                withoutBlanks(pack),
                this.revision,
            ]);
            this.revision = answer.revision;
            this.state.preview = markRaw(answer.preview);
            this.state.message = "";
            this.settle(pack);
        } catch (error) {
            this.fail(error);
        }
    }

    settle(pack) {
        if (this.state.pack === pack) {
            this.state.status = "saved";
        } else {
            this.state.status = "dirty";
            this.schedule(SAVE_AFTER_MS);
        }
    }

    fail(error) {
        if (error instanceof RPCError) {
            this.state.status = "refused";
            this.state.message = error.data?.message || error.message;
            return;
        }
        this.state.status = "offline";
        this.state.message = _t("No connection: your changes are kept here and saved later.");
        this.schedule(TRY_AGAIN_MS);
    }

    get isSaved() {
        return this.state.status === "saved";
    }

    get statusText() {
        return {
            saved: _t("Saved"),
            dirty: _t("Changed"),
            saving: _t("Saving…"),
            refused: _t("Not saved"),
            offline: _t("Not saved"),
        }[this.state.status];
    }

    /** Nobody leaves with changes that were not saved unless they say so. */
    async leave() {
        await this.save();
        if (this.isSaved) {
            return true;
        }
        return new Promise((resolve) =>
            this.dialog.add(
                ConfirmationDialog,
                {
                    title: _t("Your last change is not saved"),
                    body: this.state.message,
                    confirmLabel: _t("Leave without saving it"),
                    confirm: () => resolve(true),
                    cancelLabel: _t("Stay"),
                    cancel: () => resolve(false),
                },
                { onClose: () => resolve(false) }
            )
        );
    }

    warn(ev) {
        if (!this.isSaved) {
            ev.preventDefault();
            ev.returnValue = "";
        }
    }

    // -------------------------------------------------------------------- parts

    get part() {
        return this.parts.find((part) => part.key === this.state.part);
    }

    open(key) {
        this.state.part = key;
        this.state.focus = {};
    }

    get partProps() {
        const { pack, words, preview, focus, head } = this.state;
        return {
            pack,
            words,
            preview,
            focus,
            head,
            isReadonly: head.is_readonly,
            onChange: this.change,
            flush: () => this.save(),
        };
    }

    get checks() {
        return this.state.preview.checks;
    }

    get failed() {
        return this.checks.filter((check) => check.level === "fail");
    }

    openChecks(part) {
        return this.checks.filter((check) => check.level !== "pass" && check.place.part === part);
    }

    /** A check leads to the place where it is settled. */
    goTo(check) {
        this.state.part = check.place.part;
        this.state.focus = { ...check.place };
    }

    reveal() {
        const { field } = this.state.focus;
        const target = field && this.root.el?.querySelector(`[data-place="${CSS.escape(field)}"]`);
        if (target) {
            target.scrollIntoView({ block: "center" });
            (target.matches("input, select, textarea")
                ? target
                : target.querySelector("input, select, textarea")
            )?.focus();
        }
    }

    // --------------------------------------------------------------------- side

    /** On a narrow screen the side stands below what is edited. */
    showChecks() {
        this.state.side = "checks";
        this.side.el.scrollIntoView({ block: "nearest" });
    }

    get guide() {
        return markup(this.state.preview.guide_html);
    }

    get picture() {
        return markup(this.state.preview.flow.svg);
    }

    // --------------------------------------------------------------- publishing

    async publish() {
        await this.save();
        if (!this.isSaved) {
            return;
        }
        if (this.failed.length) {
            await this.checkAgain();
        }
        if (this.failed.length) {
            this.showChecks();
            this.state.message = _t("Settle the checks that are marked red, then publish.");
            return;
        }
        this.dialog.add(PublishDialog, {
            versionId: this.versionId,
            onDone: (day) => this.published(day),
        });
    }

    /** What a check found may be settled elsewhere: staff assigned, a mandate filed. */
    async checkAgain() {
        const { preview, revision } = await this.orm.call("gov.item.version", "studio_load", [
            [this.versionId],
        ]);
        if (revision === this.revision) {
            this.state.preview = markRaw(preview);
            this.state.message = "";
        }
    }

    async published(day) {
        this.notification.add(
            day
                ? _t("Scheduled. The version comes into force on its day.")
                : _t("Published. From now on cases run on this version."),
            { type: "success" }
        );
        await this.load();
    }

    /** Only a draft of an item that was in force has past cases that it can be played on. */
    get canReplay() {
        return !this.state.head.is_readonly && !this.state.head.is_first;
    }

    /** What the server shows in a dialog is about what is saved. */
    async openDialog(method) {
        await this.save();
        if (this.isSaved) {
            const action = await this.orm.call("gov.item.version", method, [[this.versionId]]);
            await this.action.doAction(action);
        }
    }

    openItem() {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "gov.item",
            res_id: this.state.head.item_id,
            views: [[false, "form"]],
        });
    }
}

registry.category("actions").add("gov_approval.item_studio", ItemStudio);

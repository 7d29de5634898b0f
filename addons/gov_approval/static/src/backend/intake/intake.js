import { Component, onWillStart, onWillUnmount, useEffect, useExternalListener, useRef, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { KeepLast, Mutex } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { debounce } from "@web/core/utils/timing";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { FormRenderer } from "../../form/form_renderer";
import { PromiseNote } from "../../form/promise_note";
import { RequestList, changedQuestions } from "../../form/request_list";
import { SituationGuide, leadOf } from "../../form/situation_guide";
import { IntakeMaterials } from "./intake_materials";

const MODEL = "gov.case.draft";
/** Milliseconds without typing after which answers are saved and items are searched. */
const SAVE_AFTER = 500;
const SEARCH_AFTER = 150;

/**
 * Intake at the window (窗口收件) for a person who is standing there: find the item, fill in the
 * form, tick the papers, receive, then accept or decide at once. The same screen takes in what a
 * case waits for. Everything typed is kept as a draft on the server.
 */
export class Intake extends Component {
    static template = "gov_approval.Intake";
    static components = { FormRenderer, IntakeMaterials, PromiseNote, RequestList, SituationGuide };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.root = useRef("root");
        this.mutex = new Mutex();
        this.searches = new KeepLast();
        this.state = useState(this.startState());
        this.search = debounce(() => this.findItems(), SEARCH_AFTER);
        this.saveSoon = debounce(() => this.save(), SAVE_AFTER);
        this.onAnswers = this.onAnswers.bind(this);
        this.onGuided = this.onGuided.bind(this);
        this.onReply = this.onReply.bind(this);
        this.onSign = this.onSign.bind(this);
        onWillStart(() => this.begin());
        onWillUnmount(() => this.saveSoon.cancel());
        useEffect(
            () => this.focusFirst(),
            () => [this.state.stage]
        );
        useExternalListener(window, "keydown", (ev) => this.onShortcut(ev), { capture: true });
    }

    /** Stages: `find` an item, `guide` by questions, `fill` in, `received`, `accepted`. */
    startState() {
        return {
            stage: "find", text: "", items: [], windows: [], windowId: 0, selected: 0,
            draft: null, errors: {}, error: "", isBusy: false, filed: null, replies: {},
            changed: [], signer: "",
        };
    }

    async begin() {
        const { case_id: caseId, is_power: isPower } = this.props.action.params || {};
        if (caseId) {
            this.showDraft(await this.orm.call(MODEL, "action_intake_supplement", [caseId, Boolean(isPower)]));
        } else {
            await this.findItems();
        }
    }

    focusFirst() {
        const first = this.root.el?.querySelector(
            "[data-autofocus], .gov-form input:not([type=hidden]), .gov-form select"
        );
        first?.focus({ preventScroll: true });
    }

    onShortcut(ev) {
        if (ev.key !== "Enter" || !(ev.ctrlKey || ev.metaKey)) {
            return;
        }
        ev.preventDefault();
        ev.stopPropagation();
        if (this.state.stage === "fill") {
            this.receive();
        } else if (this.state.stage === "received") {
            this.goOn();
        }
    }

    // ------------------------------------------------------------- find an item

    async findItems() {
        const call = this.orm.call(MODEL, "action_intake_items", [this.state.text]);
        const found = await this.searches.add(call);
        this.state.items = found.items;
        this.state.windows = found.windows;
        this.state.windowId ||= found.windows[0]?.id || 0;
        this.state.selected = 0;
    }

    onSearchKey(ev) {
        const { items, selected } = this.state;
        if (ev.key === "ArrowDown" || ev.key === "ArrowUp") {
            ev.preventDefault();
            const step = ev.key === "ArrowDown" ? 1 : -1;
            this.state.selected = Math.max(0, Math.min(items.length - 1, selected + step));
        } else if (ev.key === "Enter" && items[selected] && !ev.isComposing) {
            ev.preventDefault();
            this.open(items[selected].id);
        }
    }

    open(itemId) {
        return this.attempt(async () => {
            const args = [itemId, this.state.windowId];
            this.showDraft(await this.orm.call(MODEL, "action_intake_open", args));
        });
    }

    showDraft(draft) {
        this.promise = undefined;
        this.state.replies = Object.fromEntries(
            draft.requests.map((asked) => [asked.number, asked.reply])
        );
        const stage = this.isGuided(draft) ? "guide" : "fill";
        Object.assign(this.state, { draft, stage, errors: {}, error: "" });
        this.take(draft.answers);
    }

    /** Guiding questions of a new application come first, until they are answered. */
    isGuided({ case: isForCase, form, answers, today }) {
        return !isForCase && Boolean(leadOf(form, [], answers, today).next);
    }

    onGuided(answers) {
        this.state.draft.answers = answers;
        this.onAnswers(answers);
    }

    // ---------------------------------------------------------------- fill in

    /** What still keeps the application from being received: wrong answers, then missing ones. */
    get problems() {
        const { errors, problems } = this.state.draft;
        const wrong = Object.entries(errors).map(([path, text]) => ({ path, text }));
        return [...wrong, ...problems.filter((problem) => !(problem.path in errors))];
    }

    onAnswers(values) {
        this.take(values);
        this.saveSoon();
    }

    take(answers) {
        this.answers = answers;
        this.state.changed = changedQuestions(answers, this.state.draft.filed_answers);
        this.state.signer = answers.representative_name || answers.applicant_name || "";
    }

    onReply(number, text) {
        this.state.replies[number] = text;
        this.saveSoon();
    }

    onSign(promise) {
        this.promise = promise;
        this.saveSoon();
    }

    get labels() {
        const { fields } = this.state.draft.form;
        return Object.fromEntries(fields.map(({ code, label }) => [code, label]));
    }

    get materialNames() {
        const { materials } = this.state.draft;
        return Object.fromEntries(materials.map(({ code, name }) => [code, name]));
    }

    /** Materials that something new came for. */
    get given() {
        return this.state.draft.materials
            .filter(({ is_paper, files }) => is_paper || files.some((file) => file.is_new))
            .map(({ code }) => code);
    }

    /** The materials that stand in the cards of the notice, or all others. */
    materialsOf(asked) {
        const { materials, requests } = this.state.draft;
        const codes = asked ? [asked.code] : requests.map(({ code }) => code);
        return materials.filter(({ code }) => codes.includes(code) === Boolean(asked));
    }

    /** Take over what the server says of the draft, but not the answers that are being typed. */
    update(draft) {
        const { form, answers } = this.state.draft;
        Object.assign(this.state.draft, draft, {
            form,
            answers,
            errors: draft.errors && "errors" in draft ? draft.errors : this.state.draft.errors,
        });
    }

    save() {
        return this.mutex.exec(() => this.attempt(async () => {
            const { draft_id, revision, requests } = this.state.draft;
            const { promise } = this;
            const args = [[draft_id], this.answers, revision];
            args.push(requests.length ? { ...this.state.replies } : null, promise || null);
            this.update(await this.orm.call(MODEL, "action_intake_save", args));
            if (this.promise === promise) {
                this.promise = undefined;
            }
        }));
    }

    /** The item has a new version since the form was begun: go on under that one. */
    follow() {
        this.saveSoon.cancel();
        return this.mutex.exec(() => this.attempt(async () => {
            const args = [[this.state.draft.draft_id], this.answers];
            this.showDraft(await this.orm.call(MODEL, "action_intake_follow", args));
        }));
    }

    /** One change of the material list; the answers keep their errors. */
    changeMaterials(change) {
        return this.mutex.exec(() => this.attempt(async () => {
            const { errors } = this.state.draft;
            this.update({ ...(await change(this.state.draft.draft_id)), errors });
        }));
    }

    goTo({ path }) {
        const [sort, code] = path.split(":");
        const target = code
            ? this.root.el.querySelector(`[data-${sort}="${CSS.escape(code)}"] input`)
            : this.root.el.querySelector(
                  `.gov-form [id$="_${CSS.escape(path)}"], [data-path="${CSS.escape(path)}"]`
              );
        const box = target?.matches("input, select, textarea")
            ? target
            : target?.querySelector("input, select, textarea");
        (box || target)?.focus();
        target?.scrollIntoView({ block: "center" });
    }

    // ----------------------------------------------------------------- file

    async receive() {
        this.saveSoon.cancel();
        await this.save();
        if (this.problems.length || this.state.error) {
            this.state.errors = Object.fromEntries(
                this.problems
                    .filter(({ path }) => path !== "promise" && !path.includes(":"))
                    .map(({ path, text }) => [path, text])
            );
            return;
        }
        await this.attempt(async () => {
            const args = [[this.state.draft.draft_id]];
            const filed = await this.orm.call(MODEL, "action_intake_file", args);
            Object.assign(this.state, { filed, stage: "received" });
        });
    }

    /** What follows receipt while the person stands here: accept, or decide on the case page. */
    goOn() {
        const { next } = this.state.filed;
        if (!next) {
            return undefined;
        }
        return next.act === "decide_at_once" ? this.openCase() : this.accept(next);
    }

    accept({ act, days, signed_by }) {
        return this.attempt(async () => {
            const inputs = act === "accept_deferred" ? { days, signed_by } : {};
            await this.orm.call("gov.case", "action_act", [[this.state.filed.case_id], act, inputs]);
            this.state.stage = "accepted";
        });
    }

    async printReceipt() {
        const args = [[this.state.filed.receipt_id]];
        this.action.doAction(await this.orm.call("gov.case.document", "action_open_pdf", args));
    }

    openCase() {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "gov.case",
            res_id: this.state.filed.case_id,
            views: [[false, "form"]],
        });
    }

    async nextPerson() {
        const { windowId } = this.state;
        Object.assign(this.state, this.startState(), { windowId });
        await this.findItems();
    }

    get headline() {
        const { stage, filed } = this.state;
        return stage === "accepted"
            ? _t("Case %s is accepted", filed.number)
            : _t("Case %s is received", filed.number);
    }

    /** Run one call; a refusal of the server stands on the screen as its sentence. */
    async attempt(job) {
        if (this.state.isBusy) {
            return;
        }
        Object.assign(this.state, { isBusy: true, error: "" });
        try {
            await job();
        } catch (error) {
            const sentence = error.data?.message || error.sentence;
            if (!sentence) {
                throw error;
            }
            this.state.error = sentence;
        } finally {
            this.state.isBusy = false;
        }
    }
}

registry.category("actions").add("gov_intake", Intake);

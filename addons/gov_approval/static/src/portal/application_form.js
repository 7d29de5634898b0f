import { Component, onMounted, useExternalListener, useRef, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { rpc } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { FormRenderer } from "../form/form_renderer";
import { FormState } from "../form/form_state";
import { PromiseNote } from "../form/promise_note";
import { RequestList, changedQuestions } from "../form/request_list";
import { MaterialList } from "./material_list";

const SAVE_AFTER = 800;
const MATERIAL = "material:";
const REQUEST = "request:";

/**
 * The application form on the portal (申请表): answers save themselves, files go up one by one, and
 * it is handed in once; the same for the answer to a one-time notice and for papers promised for
 * later. Everything is judged on the server.
 */
export class ApplicationForm extends Component {
    static template = "gov_approval.ApplicationForm";
    static components = { FormRenderer, MaterialList, PromiseNote, RequestList };
    static props = { screen: Object };

    setup() {
        const { screen } = this.props;
        this.csrf = odoo.csrf_token;
        this.base = `/my/gov/drafts/${screen.token}`;
        this.submitForm = useRef("submitForm");
        this.values = screen.values;
        this.revision = screen.revision;
        this.isDirty = false;
        this.promise = undefined;
        this.timer = null;
        this.saving = Promise.resolve();
        this.state = useState({
            files: screen.files,
            needed: this.computeNeeded(),
            changed: changedQuestions(screen.values, screen.filed_values),
            replies: Object.fromEntries(
                screen.requests.map((asked) => [asked.number, asked.reply])
            ),
            promises: screen.promises,
            providers: screen.providers,
            signer: this.findSigner(),
            errors: {},
            problems: [],
            status: "",
            refused: "",
            isDeclared: false,
            isBusy: false,
        });
        this.onChange = this.onChange.bind(this);
        this.onFiles = this.onFiles.bind(this);
        this.onReply = this.onReply.bind(this);
        this.onSign = this.onSign.bind(this);
        this.onPromises = (promises) => (this.state.promises = promises);
        this.onProviders = (providers) => (this.state.providers = providers);
        onMounted(() => screen.check && this.check());
        useExternalListener(document, "visibilitychange", () => this.saveNow());
        useExternalListener(window, "beforeunload", (ev) => {
            if (this.isDirty && !this.isLeaving) {
                this.saveNow();
                ev.preventDefault();
            }
        });
    }

    /** Codes of the materials that fit the answers, also those one may leave out. */
    computeNeeded() {
        const { form, materials, today } = this.props.screen;
        if (!form) {
            return materials.map((material) => material.code);
        }
        const asked = materials.map((material) => ({ ...material, required: "always" }));
        return new FormState(form, this.values, today)
            .neededMaterials(asked)
            .map((material) => material.code);
    }

    /** Who signs for the applicant unless somebody else is named: the person, or who represents. */
    findSigner() {
        const name = this.values.representative_name || this.values.applicant_name;
        return typeof name === "string" ? name : "";
    }

    /** Something was filled in: it will be saved. */
    touch() {
        this.isDirty = true;
        this.state.problems = [];
        clearTimeout(this.timer);
        this.timer = setTimeout(() => this.saveNow(), SAVE_AFTER);
    }

    onChange(values) {
        this.values = { ...values };
        this.state.needed = this.computeNeeded();
        this.state.changed = changedQuestions(this.values, this.props.screen.filed_values);
        this.state.signer = this.findSigner();
        this.touch();
    }

    onReply(number, text) {
        this.state.replies[number] = text;
        this.touch();
    }

    onSign(promise) {
        this.promise = promise;
        this.touch();
    }

    onFiles(files) {
        this.state.files = files;
        this.state.problems = this.state.problems.filter(
            ({ path }) => !files.some((file) => path === MATERIAL + file.spec)
        );
    }

    saveNow() {
        if (this.isDirty) {
            this.saving = this.saving.then(() => this.save());
        }
        return this.saving;
    }

    /** Send the answers; requests follow one another, so that revisions do too. */
    async save(check = false) {
        clearTimeout(this.timer);
        if (this.state.refused || (!this.isDirty && !check)) {
            return null;
        }
        this.isDirty = false;
        this.state.status = _t("Saving…");
        try {
            const params = this.collect(check);
            const result = await rpc(`${this.base}/save`, params, { silent: true });
            if (result.refused) {
                this.state.refused = result.refused;
                this.state.status = "";
                return null;
            }
            this.revision = result.revision;
            if (this.promise === params.promise) {
                this.promise = undefined;
            }
            this.state.status = this.describeSaved(result.errors);
            return result;
        } catch (error) {
            this.isDirty = true;
            this.state.status =
                error.exceptionName === "odoo.http.SessionExpiredException"
                    ? _t("You were signed out. Sign in again in another tab, then go on here.")
                    : _t("Not saved: no connection. We keep trying.");
            this.timer = setTimeout(() => this.saveNow(), 5000);
            return null;
        }
    }

    /** What is sent; promises are signed again only when the tick or the name changed. */
    collect(check) {
        const params = { values: this.values, revision: this.revision, check };
        if (this.props.screen.requests.length) {
            params.replies = { ...this.state.replies };
        }
        if (this.promise) {
            params.promise = this.promise;
        }
        return params;
    }

    get labels() {
        const { form } = this.props.screen;
        return Object.fromEntries((form?.fields || []).map(({ code, label }) => [code, label]));
    }

    get materialNames() {
        const { materials } = this.props.screen;
        return Object.fromEntries(materials.map(({ code, name }) => [code, name]));
    }

    /** Materials that something new came for. */
    get given() {
        return this.state.files.map((file) => file.spec);
    }

    /** Materials asked for in the notice; they stand in its cards. */
    get askedCodes() {
        return this.props.screen.requests.map((asked) => asked.code);
    }

    get otherMaterials() {
        return this.props.screen.materials.filter(({ code }) => !this.askedCodes.includes(code));
    }

    materialOf(asked) {
        return this.props.screen.materials.filter(({ code }) => code === asked.code);
    }

    /** Wrong answers are not stored; the applicant hears which. */
    describeSaved(errors) {
        const labels = errors.map(({ path }) => {
            const code = path.split(".")[0];
            return this.labels[code] || code;
        });
        return labels.length
            ? _t("Saved, except: %s", [...new Set(labels)].join(_t(", ")))
            : _t("All answers are saved");
    }

    /** Ask the server what is missing; true when the application can be handed in. */
    async check() {
        await this.saving;
        const result = await this.save(true);
        if (!result) {
            return false;
        }
        this.state.problems = result.problems;
        this.state.errors = Object.fromEntries(
            result.problems
                .filter(({ path }) => path !== "promise" && !path.includes(":"))
                .map(({ path, text }) => [path, text])
        );
        return !result.problems.length;
    }

    /** Problems that stand where they are: at the materials, at the requests. */
    problemsOf(prefix) {
        return Object.fromEntries(
            this.state.problems
                .filter(({ path }) => path.startsWith(prefix))
                .map(({ path, text }) => [path.slice(prefix.length), text])
        );
    }

    get fileProblems() {
        return this.problemsOf(MATERIAL);
    }

    get requestProblems() {
        return this.problemsOf(REQUEST);
    }

    get promiseProblem() {
        return this.state.problems.find(({ path }) => path === "promise")?.text || "";
    }

    goTo(path) {
        const [sort, code] = path.includes(":") ? path.split(":") : ["path", path];
        const target = document.querySelector(`[data-${sort}="${CSS.escape(code)}"]`);
        target?.closest("details")?.setAttribute("open", "open");
        target?.scrollIntoView({ block: "center" });
        target?.querySelector("input, select, textarea, button")?.focus({ preventScroll: true });
    }

    async submit() {
        if (this.state.isBusy) {
            return;
        }
        this.state.isBusy = true;
        const isReady = await this.check();
        if (isReady) {
            this.isLeaving = true;
            this.submitForm.el.submit();
        } else {
            this.state.isBusy = false;
        }
    }

    reload() {
        this.isLeaving = true;
        window.location.reload();
    }
}

registry
    .category("public_components")
    .add("gov_approval.application_form", ApplicationForm);

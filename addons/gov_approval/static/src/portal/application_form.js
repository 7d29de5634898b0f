import { Component, onMounted, useExternalListener, useRef, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { rpc } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { FormRenderer } from "../form/form_renderer";
import { FormState } from "../form/form_state";
import { MaterialList } from "./material_list";

const SAVE_AFTER = 800;
const MATERIAL = "material:";

/**
 * The application form on the portal (申请表): answers save themselves, files go up one by one, and
 * the application is handed in once. Everything is judged on the server.
 */
export class ApplicationForm extends Component {
    static template = "gov_approval.ApplicationForm";
    static components = { FormRenderer, MaterialList };
    static props = { screen: Object };

    setup() {
        const { screen } = this.props;
        this.csrf = odoo.csrf_token;
        this.base = `/my/gov/drafts/${screen.token}`;
        this.submitForm = useRef("submitForm");
        this.values = screen.values;
        this.revision = screen.revision;
        this.isDirty = false;
        this.timer = null;
        this.saving = Promise.resolve();
        this.state = useState({
            files: screen.files,
            needed: this.computeNeeded(),
            errors: {},
            problems: [],
            status: "",
            refused: "",
            isDeclared: false,
            isBusy: false,
        });
        this.onChange = this.onChange.bind(this);
        this.onFiles = this.onFiles.bind(this);
        onMounted(() => {
            const asked = window.location.hash.match(/^#material-(.+)$/);
            if (screen.check) {
                this.check();
            } else if (asked) {
                this.goTo(MATERIAL + asked[1]);
            }
        });
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
        const asked = materials.map((material) => ({ ...material, required: "always" }));
        return new FormState(form, this.values, today)
            .neededMaterials(asked)
            .map((material) => material.code);
    }

    onChange(values) {
        this.values = { ...values };
        this.isDirty = true;
        this.state.needed = this.computeNeeded();
        this.state.problems = [];
        clearTimeout(this.timer);
        this.timer = setTimeout(() => this.saveNow(), SAVE_AFTER);
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
            const params = { values: this.values, revision: this.revision, check };
            const result = await rpc(`${this.base}/save`, params, { silent: true });
            if (result.refused) {
                this.state.refused = result.refused;
                this.state.status = "";
                return null;
            }
            this.revision = result.revision;
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

    /** Wrong answers are not stored; the applicant hears which. */
    describeSaved(errors) {
        const fields = this.props.screen.form.fields;
        const labels = errors.map(({ path }) => {
            const code = path.split(".")[0];
            return fields.find((field) => field.code === code)?.label || code;
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
        const problems = result.problems;
        this.state.problems = problems;
        this.state.errors = Object.fromEntries(
            problems
                .filter(({ path }) => !path.startsWith(MATERIAL))
                .map(({ path, text }) => [path, text])
        );
        return !problems.length;
    }

    /** Problems of materials by code; they stand at the materials. */
    get fileProblems() {
        return Object.fromEntries(
            this.state.problems
                .filter(({ path }) => path.startsWith(MATERIAL))
                .map(({ path, text }) => [path.slice(MATERIAL.length), text])
        );
    }

    goTo(path) {
        const target = path.startsWith(MATERIAL)
            ? document.getElementById(`material-${path.slice(MATERIAL.length)}`)
            : document.querySelector(`[data-path="${CSS.escape(path)}"]`);
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

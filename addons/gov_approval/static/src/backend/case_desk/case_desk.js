import { Component, markup, onWillUpdateProps, useEffect, useRef, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { url } from "@web/core/utils/urls";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { ActPanel } from "./act_panel";
import { OtherActs, keyOf } from "./other_acts";

/** Acts that take in papers: they are performed by filing a form. */
const PAPER_ACTS = new Set(["supplement", "hand_in_deferred"]);

/**
 * The case page (办件页): what to do next beside what is to be judged.
 *
 * It shows the computed field `gov.case.desk` and performs acts through `gov.case.action_act`;
 * everything else on the page is read only.
 */
export class CaseDesk extends Component {
    static template = "gov_approval.CaseDesk";
    static components = { ActPanel, OtherActs };
    static props = { ...standardFieldProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.notification = useService("notification");
        this.nextButton = useRef("next");
        this.state = useState(this.startState());
        const { gov_act: act } = this.props.record.context;
        if (act) {
            this.state.chosen = `${act}:`; // the licence page leads to one of its acts
        }
        onWillUpdateProps((next) => {
            if (next.record.resId !== this.props.record.resId) {
                Object.assign(this.state, this.startState());
            }
        });
        useEffect(
            (done) => done && this.nextButton.el?.focus(),
            () => [this.state.done]
        );
    }

    startState() {
        return { chosen: "", preset: {}, problems: {}, checked: {}, preview: null, done: "" };
    }

    get desk() {
        return this.props.record.data[this.props.name];
    }

    get flow() {
        return markup(this.desk.flow);
    }

    /** The chosen act, else the main one; none while only further acts are possible. */
    get offer() {
        const chosen = this.offers.find((o) => keyOf(o) === this.state.chosen);
        return chosen || this.offers.find((offer) => offer.is_next);
    }

    /** Papers are taken in on the form, not by a bare act. */
    get offers() {
        return this.desk.offers.filter((offer) => !PAPER_ACTS.has(offer.act));
    }

    get paperOffer() {
        return this.desk.offers.find((offer) => PAPER_ACTS.has(offer.act));
    }

    get canCorrect() {
        return this.desk.offers.some((offer) => offer.act === "correct");
    }

    /** An answer with a mistake is put right on the spot (当场更正). */
    correct(row) {
        this.state.preset = { field: row.code, value: row.raw };
        this.state.chosen = "correct:";
    }

    get canRequest() {
        return this.desk.offers.some((offer) => offer.act === "request_supplement");
    }

    get checkedCount() {
        return this.desk.materials.filter((m) => this.state.checked[m.code]).length;
    }

    choose(key) {
        if (key === "file_power:") {
            this.openSupplement({ is_power: true });
            return;
        }
        this.state.preset = {};
        this.state.chosen = key;
    }

    toggleChecked(material) {
        this.state.checked[material.code] = !this.state.checked[material.code];
        delete this.state.problems[material.code];
        this.leaveEmptyNotice();
    }

    /** A material with a problem becomes a line of the one-time notice (一次性告知). */
    toggleProblem(material) {
        if (this.state.problems[material.code]) {
            delete this.state.problems[material.code];
            this.leaveEmptyNotice();
            return;
        }
        const { wrong, expected } = this.desk.phrases;
        const isMissing = !material.given.length;
        this.state.checked[material.code] = false;
        this.state.problems[material.code] = {
            material: material.name,
            wrong: isMissing ? wrong[0] : "",
            expected: isMissing ? expected[0] : material.standard,
            basis: material.basis || this.desk.default_basis,
        };
        this.choose("request_supplement:");
    }

    leaveEmptyNotice() {
        const isNotice = this.state.chosen === "request_supplement:";
        if (isNotice && !Object.keys(this.state.problems).length) {
            this.choose("");
        }
    }

    setProblem(code, line) {
        this.state.problems[code] = line;
    }

    preview(file) {
        if (!file.is_pdf && !file.is_image) {
            window.open(file.url);
            return;
        }
        this.state.preview = file;
    }

    viewerUrl(file) {
        const viewer = url("/web/static/lib/pdfjs/web/viewer.html");
        return `${viewer}?file=${encodeURIComponent(file.url)}#pagemode=none`;
    }

    /** @returns {Promise<string>} the server's sentence when it refuses the act, else "" */
    async perform(offer, payload) {
        let isOpen;
        try {
            isOpen = await this.orm.call("gov.case", "action_act", [
                [this.props.record.resId], offer.act, payload,
            ]);
        } catch (error) {
            const sentence = error.data?.message;
            if (!sentence) {
                throw error;
            }
            return sentence;
        }
        const done = _t("Done: %s", offer.node_name || offer.label);
        if (!isOpen) {
            this.leave(done);
            return "";
        }
        await this.props.record.load();
        Object.assign(this.state, this.startState(), { done });
        return "";
    }

    /** Heads of the table of opinions; on a narrow screen they stand before each line. */
    get heads() {
        return {
            department: _t("Department"),
            state: _t("State"),
            limit: _t("Limit"),
            opinion: _t("Opinion"),
            officer: _t("Officer"),
        };
    }

    /** With the last opinion of a joint review the case is no longer the reader's: on to the next. */
    leave(done) {
        this.notification.add(done, { type: "success" });
        return this.desk.next
            ? this.openCase(this.desk.next.id)
            : this.action.doAction("gov_approval.gov_case_action_queue", { clearBreadcrumbs: true });
    }

    /** The next case takes the place of this one; the way back to the queue stays. */
    openCase(id) {
        return this.action.switchView("form", { resId: id });
    }

    openSupplement(params = {}) {
        return this.action.doAction({
            type: "ir.actions.client",
            tag: "gov_intake",
            name: _t("Window intake"),
            params: { ...params, case_id: this.props.record.resId },
        });
    }

    async openDocument(document) {
        const action = await this.orm.call("gov.case.document", "action_open_pdf", [[document.id]]);
        return this.action.doAction(action);
    }
}

registry.category("fields").add("gov_case_desk", {
    component: CaseDesk,
    supportedTypes: ["json"],
});

import { Component, onMounted, onWillUpdateProps, useExternalListener, useRef, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { serializeDate } from "@web/core/l10n/dates";
import { user } from "@web/core/user";
import { OtherActs, keyOf } from "./other_acts";

const { DateTime } = luxon;

/** Inputs of one line; every other text is written in a larger box. */
const SHORT_TEXTS = new Set([
    "receiver", "competent_organ", "organ", "decision_number", "signed_by", "initialled_by", "value",
    "requester", "objector", "contact", "name", "place", "tracking", "consent", "body", "experts",
    "attended", "basis", "consented_by", "consented_how",
]);

/**
 * What to do next on a case: the inputs of one act and its button (办理).
 *
 * The act is chosen by the parent, because marking a material as a problem leads to the one-time
 * notice. `onPerform` gets the act and its payload and returns the sentence of a refusal, or "".
 */
export class ActPanel extends Component {
    static template = "gov_approval.ActPanel";
    static components = { OtherActs };
    static props = {
        offers: Array,
        offer: Object,
        desk: Object,
        problems: Object,
        preset: Object,
        onChoose: Function,
        onPerform: Function,
        onProblem: Function,
    };

    setup() {
        this.root = useRef("root");
        this.state = useState({ values: {}, error: "", isBusy: false });
        this.state.values = this.startValues(this.props.offer);
        onWillUpdateProps((next) => {
            const isOther = keyOf(next.offer) !== keyOf(this.props.offer);
            if (isOther || next.preset !== this.props.preset) {
                const values = Object.assign(this.startValues(next.offer), next.preset);
                Object.assign(this.state, { values, error: "" });
                this.mustFocus = true;
            }
        });
        onMounted(() => this.focusFirst());
        useExternalListener(window, "keydown", (ev) => {
            if (ev.key === "Enter" && (ev.ctrlKey || ev.metaKey)) {
                ev.preventDefault();
                ev.stopPropagation();
                this.perform(this.mainChoice);
            }
        }, { capture: true });
    }

    /** Focus begins in the first box to write in; without one, on the button. */
    focusFirst() {
        const root = this.root.el;
        const first = root?.querySelector("textarea, input:not([type=date]):not([type=hidden])");
        (first || root?.querySelector(".o_gov_act_main"))?.focus({ preventScroll: true });
    }

    startValues(offer) {
        const { head, officers } = this.props.desk;
        const values = {};
        for (const input of offer.inputs) {
            if (input.kind === "date") {
                values[input.name] = serializeDate(DateTime.now());
            } else if (input.kind === "choice") {
                values[input.name] = (input.required && input.options[0]?.value) || "";
            } else if (input.kind === "officer") {
                values[input.name] = 0;
            } else if (input.kind === "officers") {
                values[input.name] = officers.filter((o) => o.id === user.userId).map((o) => o.id);
            } else if (input.name === "receiver") {
                values[input.name] = head.receiver;
            } else {
                values[input.name] = "";
            }
        }
        return Object.assign(values, this.props.preset);
    }

    /** Few choices are buttons, many a list. */
    isList(input) {
        return input.options.length > 4;
    }

    /** A choice that is not required can be taken back by the same click. */
    choose(input, value) {
        const { values } = this.state;
        values[input.name] = !input.required && values[input.name] === value ? "" : value;
    }

    get mainChoice() {
        return this.props.offer.button_input ? this.props.offer.button_input.options[0].value : "";
    }

    get choices() {
        const { offer } = this.props;
        return offer.button_input
            ? offer.button_input.options
            : [{ value: "", label: offer.label }];
    }

    /** The first choice is the usual one; the others stop something, or say that nothing is at stake. */
    styleOf(choice, isFirst) {
        if (isFirst) {
            return "btn-primary o_gov_act_main";
        }
        return choice.value === "not_concerned" ? "btn-outline-secondary" : "btn-outline-danger";
    }

    get requestLines() {
        return Object.entries(this.props.problems).map(([code, line]) => ({ code, ...line }));
    }

    isShort(input) {
        return SHORT_TEXTS.has(input.name);
    }

    phrasesOf(input) {
        const known = this.props.desk.phrases[this.props.offer.phrases] || [];
        const takesPhrases = input.required || input.name === "opinion";
        return input.kind === "text" && !this.isShort(input) && takesPhrases ? known : [];
    }

    usePhrase(input, text) {
        this.state.values[input.name] = text;
        this.root.el.querySelector(`[name="${input.name}"]`)?.focus();
    }

    toggleOfficer(input, id) {
        const chosen = this.state.values[input.name];
        this.state.values[input.name] = chosen.includes(id)
            ? chosen.filter((other) => other !== id)
            : [...chosen, id];
    }

    setLine(line, part, text) {
        this.props.onProblem(line.code, { ...this.props.problems[line.code], [part]: text });
    }

    payload(choice) {
        const { offer } = this.props;
        const payload = { ...this.state.values };
        for (const input of offer.inputs) {
            if (input.kind === "officer") {
                payload[input.name] = payload[input.name] || false;
            }
        }
        if (offer.node) {
            payload.node = offer.node;
        }
        if (offer.department) {
            payload.department = offer.department;
        }
        if (choice) {
            payload[offer.button_input.name] = choice;
        }
        if (offer.inputs.some((input) => input.kind === "requests")) {
            payload.requests = this.requestLines.map(({ material, wrong, expected, basis }) => ({
                material, wrong, expected, basis,
            }));
        }
        return payload;
    }

    async perform(choice) {
        if (this.state.isBusy) {
            return;
        }
        const asksRequests = this.props.offer.inputs.some((input) => input.kind === "requests");
        if (asksRequests && !this.requestLines.length) {
            this.state.error = _t("Mark the materials that have a problem first.");
            return;
        }
        this.state.isBusy = true;
        try {
            this.state.error = await this.props.onPerform(this.props.offer, this.payload(choice));
        } finally {
            this.state.isBusy = false;
        }
    }
}

import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";

/** Whether two sets of answers give the same to one question. */
function isSame(code, values, filed) {
    return JSON.stringify(values[code] ?? null) === JSON.stringify(filed[code] ?? null);
}

/** Codes of the questions that are answered otherwise than on the case. */
export function changedQuestions(values, filed) {
    const codes = new Set([...Object.keys(values), ...Object.keys(filed)]);
    return [...codes].filter((code) => !isSame(code, values, filed));
}

/**
 * Whether a request of the one-time notice is answered: in words, by something new for its
 * material, or by a changed answer; the server judges (`_is_answered`).
 *
 * @param {Object} asked
 * @param {string} reply
 * @param {string[]} given codes of the materials that something new came for
 * @param {string[]} changed codes of the questions answered otherwise
 */
export function isAnswered(asked, reply, given, changed) {
    if (reply.trim()) {
        return true;
    }
    if (asked.code) {
        return given.includes(asked.code);
    }
    return asked.question ? changed.includes(asked.question) : Boolean(changed.length);
}

/**
 * The one-time notice (一次性告知) as cards to be answered one by one (逐条答复): what is wrong, what
 * is expected, on what ground; a file or paper in the slot, a word in the field below it.
 */
export class RequestList extends Component {
    static template = "gov_approval.RequestList";
    static props = {
        requests: Array,
        replies: Object,
        given: Array,
        changed: Array,
        labels: Object,
        problems: { type: Object, optional: true },
        repeatReason: { type: String, optional: true },
        onReply: Function,
        slots: { type: Object, optional: true },
    };
    static defaultProps = { problems: {}, repeatReason: "" };

    get cards() {
        const { requests, replies, given, changed, problems } = this.props;
        return requests.map((asked) => {
            const reply = replies[asked.number] || "";
            const answered = isAnswered(asked, reply, given, changed);
            return { asked, reply, answered, problem: answered ? "" : problems[asked.number] };
        });
    }

    get progress() {
        const { cards } = this;
        return _t("%(done)s of %(all)s answered", {
            done: cards.filter((card) => card.answered).length,
            all: cards.length,
        });
    }

    /** One tap says which answers were put right, where they are the answer to a material. */
    get correction() {
        const labels = this.props.changed.map((code) => this.props.labels[code] || code);
        return labels.length ? _t("Corrected in the form: %s", labels.join(_t(", "))) : "";
    }
}

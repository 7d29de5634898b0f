import { Component } from "@odoo/owl";
import { getPath, setPath } from "./pack";

/**
 * One labelled entry of the pack.
 *
 * `path` is where it stands; `type` is text, long, select, flag, count (-1, not stated, is shown
 * empty), number (0 is shown empty), period (a value with its unit below `path`), words (codes to
 * tick), choice (buttons).
 */
export class PackField extends Component {
    static template = "gov_approval.PackField";
    static props = {
        pack: Object,
        path: String,
        label: { optional: true },
        type: { type: String, optional: true },
        options: { type: Array, optional: true },
        help: { optional: true },
        placeholder: { optional: true },
        isReadonly: { type: Boolean, optional: true },
        isNeeded: { type: Boolean, optional: true },
        onChange: Function,
    };
    static defaultProps = { type: "text", options: [], isReadonly: false, placeholder: "" };

    get value() {
        return getPath(this.props.pack, this.props.path);
    }

    get name() {
        return this.props.path.split(".").at(-1);
    }

    /** Several names lead here from a check: the last key, and that of the column. */
    get place() {
        const [, group, key] = this.props.path.match(/(?:.*\.)?(\w+)\.(\w+)$/) || [];
        if (this.props.type === "period") {
            return `${this.name}_value`;
        }
        return group === "result" ? `result_${key}` : this.name;
    }

    set(value, path = this.props.path) {
        this.props.onChange(setPath(this.props.pack, path, value));
    }

    setNumber(ev, empty, path) {
        const number = parseInt(ev.target.value, 10);
        this.set(Number.isNaN(number) || number < 0 ? empty : number, path);
    }

    toggle(code) {
        const chosen = this.value;
        this.set(
            chosen.includes(code)
                ? chosen.filter((other) => other !== code)
                : this.props.options.map(([c]) => c).filter((c) => c === code || chosen.includes(c))
                      .concat(chosen.filter((c) => !this.props.options.some(([o]) => o === c)))
        );
    }
}

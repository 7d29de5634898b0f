import { MAIN_PLUGINS } from "@html_editor/plugin_sets";
import { Wysiwyg } from "@html_editor/wysiwyg";
import { Component, markup, onWillUpdateProps, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";

/**
 * The text of one document (文书): the editor of Odoo, and beside it everything that can be inserted
 * where the cursor stands. `value` is sanitised HTML with `{{ tokens }}`; `groups` are
 * `[name, [[token, label], …]]`.
 */
export class DocumentEditor extends Component {
    static template = "gov_approval.DocumentEditor";
    static components = { Wysiwyg };
    static props = {
        value: String,
        groups: Array,
        isReadonly: { type: Boolean, optional: true },
        onChange: Function,
    };

    setup() {
        this.state = useState({ text: "", copy: 0 });
        this.written = this.props.value;
        this.value = this.props.value;
        this.config = this.getConfig();
        this.onLoad = (editor) => (this.editor = editor);
        onWillUpdateProps((next) => {
            if (next.value !== this.written) {
                // Not typed here: undone, or changed by the server.
                this.value = this.written = next.value;
                this.config = this.getConfig();
                this.state.copy++;
            }
        });
    }

    getConfig() {
        return {
            content: markup(this.value),
            Plugins: MAIN_PLUGINS,
            onChange: () => this.announce(),
            baseContainers: ["P"],
            getRecordInfo: () => ({}),
            resources: {},
            allowImage: false,
            allowMediaDocuments: false,
            allowVideo: false,
            allowFile: false,
            placeholder: _t("Write the text here and insert what the case knows"),
        };
    }

    get content() {
        return markup(this.value);
    }

    announce() {
        const html = this.editor?.getContent();
        if (html !== undefined && html !== this.written) {
            this.written = html;
            this.props.onChange(html);
        }
    }

    /** Put a token where the cursor stands. */
    insert(token) {
        this.editor.shared.dom.insert(`{{ ${token} }}`);
        this.editor.shared.history.addStep();
        this.editor.editable.focus({ preventScroll: true });
    }

    /** Enter takes the first match: a field is inserted without the mouse. */
    onSearchKey(ev) {
        const [first] = this.groups.flatMap(([, tokens]) => tokens);
        if (ev.key === "Enter" && first) {
            ev.preventDefault();
            this.insert(first[0]);
            this.state.text = "";
        }
    }

    get groups() {
        const text = this.state.text.trim().toLowerCase();
        return this.props.groups
            .map(([name, tokens]) => [
                name,
                tokens.filter(
                    ([token, label]) =>
                        !text || token.includes(text) || label.toLowerCase().includes(text)
                ),
            ])
            .filter(([, tokens]) => tokens.length);
    }
}

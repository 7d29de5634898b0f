import { Component, onWillDestroy, onWillUpdateProps, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { StudioPart } from "../studio/parts";
import { DocumentEditor } from "./document_editor";

/** A PDF as the applicant will get it, over the page. */
export class DocumentPreview extends Component {
    static template = "gov_approval.DocumentPreview";
    static components = { Dialog };
    static props = { title: String, url: String, close: Function };
}

/** 文书: the texts that this item words otherwise than the centre does. */
export class DocumentsPart extends StudioPart {
    static template = "gov_approval.DocumentsPart";
    static components = { ...StudioPart.components, DocumentEditor };

    setup() {
        this.orm = useService("orm");
        this.dialog = useService("dialog");
        this.state = useState({ kind: this.kindOf(this.props), isPrinting: false });
        this.setRows = this.setter("documents");
        onWillUpdateProps((next) => {
            if (next.focus !== this.props.focus) {
                this.state.kind = this.kindOf(next) || this.state.kind;
            }
        });
        onWillDestroy(() => URL.revokeObjectURL(this.url));
    }

    /** The kind that a check is about, else that of the first text. */
    kindOf({ pack, focus }) {
        const named = pack.documents.find((row) => row.name === focus.document);
        return focus.kind || named?.kind || pack.documents[0]?.kind || "";
    }

    get own() {
        return this.props.pack.documents.find((row) => row.kind === this.state.kind);
    }

    get freeKinds() {
        const own = new Set(this.props.pack.documents.map((row) => row.kind));
        return this.props.words.document_kinds.filter(([kind]) => !own.has(kind));
    }

    /** The answers of the form first, then what every case knows. */
    get groups() {
        const answers = this.props.preview.form.fields
            .filter((field) => field.type !== "table")
            .map((field) => [field.code, field.label]);
        return [[_t("Answers of the form").toString(), answers], ...this.props.words.tokens];
    }

    get problems() {
        return this.props.preview.checks.filter(
            ({ level, place }) =>
                level === "fail" && place.part === "documents" && place.document === this.own.name
        );
    }

    choose(kind) {
        this.state.kind = kind;
    }

    async begin(ev) {
        const kind = ev.target.value;
        ev.target.value = "";
        if (!kind) {
            return;
        }
        const text = await this.orm.call("gov.item.version", "studio_standard_text", [
            [this.props.head.id],
            kind,
        ]);
        this.setRows([...this.props.pack.documents, text]);
        this.state.kind = kind;
    }

    set(key, value) {
        this.setRows(
            this.props.pack.documents.map((row) =>
                row.kind === this.state.kind ? { ...row, [key]: value } : row
            )
        );
    }

    remove() {
        const { documents } = this.props.pack;
        const rest = documents.filter((row) => row.kind !== this.state.kind);
        this.setRows(rest);
        this.state.kind = rest[0]?.kind || "";
    }

    async print() {
        this.state.isPrinting = true;
        try {
            await this.props.flush();
            const pdf = await this.orm.call("gov.item.version", "studio_print", [
                [this.props.head.id],
                this.own,
            ]);
            URL.revokeObjectURL(this.url);
            const bytes = Uint8Array.from(atob(pdf), (sign) => sign.charCodeAt(0));
            this.url = URL.createObjectURL(new Blob([bytes], { type: "application/pdf" }));
            // The viewer of Odoo, which is there in every browser.
            const viewer = `/web/static/lib/pdfjs/web/viewer.html?file=${encodeURIComponent(this.url)}`;
            this.dialog.add(DocumentPreview, { title: this.own.name, url: viewer });
        } finally {
            this.state.isPrinting = false;
        }
    }
}

registry
    .category("gov_studio_parts")
    .add(
        "documents",
        { Component: DocumentsPart, label: _t("Documents"), icon: "fa-file-text-o" },
        { sequence: 90 }
    );

import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { freeCode, setPath } from "./pack";
import { StudioPart } from "./parts";

/** 表单: sections and questions of the application form, as lists. */
export class FormPart extends StudioPart {
    static template = "gov_approval.FormPart";

    setup() {
        this.setSections = (rows) =>
            this.props.onChange(setPath(this.props.pack, "form.sections", rows));
        this.setFields = (rows) =>
            this.props.onChange(setPath(this.props.pack, "form.fields", rows));
        this.blankSection = (rows) => ({
            code: freeCode(rows, "s"),
            name: _t("New section").toString(),
            visible_if: "",
        });
        this.blankField = (rows) => ({
            code: freeCode(rows, "q"),
            label: _t("New question").toString(),
            section: this.props.pack.form.sections[0]?.code || "",
            type: "text",
            help: "",
            required: true,
            required_if: "",
            visible_if: "",
            constraint: "",
            constraint_message: "",
            indexed: false,
            min: "",
            max: "",
            max_length: 0,
            default: "",
            basis: "",
            options: [],
            columns: [],
        });
        this.sectionColumns = [{ key: "name", label: _t("Section") }];
    }

    get fieldColumns() {
        const { words, pack } = this.props;
        return [
            { key: "label", label: _t("Question"), width: "3 1 0" },
            {
                key: "type",
                label: _t("Type"),
                type: "select",
                options: words.field_types,
                width: "2 1 0",
            },
            {
                key: "section",
                label: _t("Section"),
                type: "select",
                options: pack.form.sections.map((section) => [section.code, section.name]),
                width: "2 1 0",
            },
            { key: "required", label: _t("Required"), type: "flag", width: "0 0 3rem" },
        ];
    }

    get openAt() {
        return this.indexOf(this.props.pack.form.fields, "label", this.props.focus.field);
    }
}

const parts = registry.category("gov_studio_parts");
parts.add(
    "form",
    { Component: FormPart, label: _t("Application form"), icon: "fa-list-alt" },
    { sequence: 30 }
);

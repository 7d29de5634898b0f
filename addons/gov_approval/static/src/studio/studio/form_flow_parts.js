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

/** 流程: steps and connections, as lists. */
export class FlowPart extends StudioPart {
    static template = "gov_approval.FlowPart";

    setup() {
        this.setNodes = (rows) => this.props.onChange(setPath(this.props.pack, "flow.nodes", rows));
        this.setEdges = (rows) => this.props.onChange(setPath(this.props.pack, "flow.edges", rows));
        this.blankNode = (rows) => ({
            code: freeCode(rows, "step"),
            kind: "task",
            stage: "review",
            name: _t("New step").toString(),
            role: "reviewer",
            department: "",
            days: -1,
            unit: "workday",
            procedure: "",
            counts_toward_deadline: true,
            four_eyes: true,
            standard: "",
            outcomes: "",
            note: "",
        });
        this.blankEdge = () => {
            const codes = this.props.pack.flow.nodes.map((node) => node.code);
            return { source: codes.at(-2) || "", target: codes.at(-1) || "", condition: "", default: false };
        };
    }

    get nodeColumns() {
        const { words } = this.props;
        return [
            { key: "name", label: _t("Step"), width: "3 1 0" },
            { key: "kind", label: _t("Kind"), type: "select", options: words.node_kinds, width: "2 1 0" },
            { key: "role", label: _t("Who"), type: "select", options: words.roles, width: "2 1 0" },
            { key: "days", label: _t("Limit"), type: "count", width: "0 0 4.5rem" },
        ];
    }

    get edgeColumns() {
        const steps = this.props.pack.flow.nodes.map((node) => [node.code, node.name]);
        return [
            { key: "source", label: _t("From step"), type: "select", options: steps },
            { key: "target", label: _t("To step"), type: "select", options: steps },
            { key: "condition", label: _t("If") },
            { key: "default", label: _t("Otherwise"), type: "flag", width: "0 0 3.5rem" },
        ];
    }

    get openAt() {
        return this.indexOf(this.props.pack.flow.nodes, "code", this.props.focus.step);
    }
}

const parts = registry.category("gov_studio_parts");
parts.add(
    "form",
    { Component: FormPart, label: _t("Application form"), icon: "fa-list-alt" },
    { sequence: 30 }
);
parts.add("flow", { Component: FlowPart, label: _t("Flow"), icon: "fa-sitemap" }, { sequence: 50 });

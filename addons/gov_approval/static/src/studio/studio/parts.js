import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { ConditionEditor, ConditionSummary } from "../condition/condition_editor";
import { freeCode } from "./pack";
import { PackField } from "./pack_field";
import { RowTable } from "./row_table";

/** What every part of the studio is given; see `ItemStudio`. */
export const partProps = {
    pack: Object,
    words: Object,
    preview: Object,
    focus: Object,
    head: Object,
    isReadonly: Boolean,
    onChange: Function,
    flush: Function,
};

/** The base of a part: one list or some entries of the pack. */
export class StudioPart extends Component {
    static components = { PackField, RowTable };
    static props = partProps;

    /** Props that every `PackField` of the part shares. */
    get common() {
        const { pack, isReadonly, onChange } = this.props;
        return { pack, isReadonly, onChange };
    }

    /** A function that puts other rows in the place of the list `key`. */
    setter(key) {
        return (rows) => this.props.onChange({ ...this.props.pack, [key]: rows });
    }

    /** The index of the row that a check names, -1 without one. */
    indexOf(rows, key, value) {
        return value === undefined ? -1 : rows.findIndex((row) => row[key] === value);
    }
}

/** 基本信息: what the item is, its grounds in law, its conditions and its result. */
export class BasicsPart extends StudioPart {
    static template = "gov_approval.BasicsPart";

    setup() {
        this.setBases = this.setter("bases");
        this.blankBasis = (rows) => ({
            code: freeCode(rows, "b"),
            title: "",
            article: "",
            ref: "",
            text: "",
        });
        this.setConditions = (rows) =>
            this.props.onChange({ ...this.props.pack, conditions: rows.map((row) => row.text) });
        this.blankCondition = () => ({ text: "" });
        this.basisColumns = [
            { key: "title", label: _t("Law or regulation"), width: "3 1 0" },
            { key: "article", label: _t("Article"), width: "1 1 0" },
            { key: "ref", label: _t("Document number"), width: "2 1 0" },
        ];
        this.conditionColumns = [{ key: "text", label: _t("Condition"), type: "long" }];
    }

    get conditions() {
        return this.props.pack.conditions.map((text) => ({ text }));
    }

    /** Facts of the item itself stand on running cases once it was published. */
    get item() {
        const { isReadonly, head } = this.props;
        return { ...this.common, isReadonly: isReadonly || !head.is_first };
    }

    get isAboutCertificates() {
        return this.props.pack.handles !== "new";
    }
}

/** 时限: the statutory and the promised period, renewal, checks of promises. */
export class LimitsPart extends StudioPart {
    static template = "gov_approval.LimitsPart";
}

/** The list without services for materials that come from elsewhere, or are not there any more. */
function servicesOf(intermediaries, materials) {
    const served = new Set(
        materials.filter((row) => row.source === "intermediary").map((row) => row.code)
    );
    return intermediaries.filter((row) => !row.material || served.has(row.material));
}

/** 材料: what the applicant hands in, and the intermediary services (中介服务) that it comes from. */
export class MaterialsPart extends StudioPart {
    static template = "gov_approval.MaterialsPart";
    static components = { ...StudioPart.components, ConditionEditor, ConditionSummary };

    setup() {
        this.setRows = (materials) => {
            const { pack } = this.props;
            const intermediaries = servicesOf(pack.intermediaries, materials);
            this.props.onChange({ ...pack, materials, intermediaries });
        };
        this.setServices = this.setter("intermediaries");
        this.blankService = () => ({ service: "", material: "" });
        this.blank = (rows) => ({
            code: freeCode(rows, "m"),
            name: "",
            form: "",
            originals: -1,
            photocopies: -1,
            copy_rule: "",
            source: "applicant",
            required: "always",
            needed_if: "",
            condition_text: "",
            file_types: ["pdf", "jpg", "png"],
            max_mb: 20,
            is_secret: false,
            is_deferrable: false,
            basis: "",
            accept_standard: "",
            note: "",
        });
        this.fileTypes = ["pdf", "jpg", "png", "docx", "xlsx", "ofd", "zip"];
    }

    get columns() {
        return [
            { key: "name", label: _t("Material"), width: "4 1 0" },
            {
                key: "required",
                label: _t("Needed"),
                type: "select",
                options: this.props.words.material_needs,
                width: "2 1 0",
            },
            { key: "originals", label: _t("Originals"), type: "count", width: "0 0 4.5rem" },
            { key: "photocopies", label: _t("Copies"), type: "count", width: "0 0 4.5rem" },
        ];
    }

    /** What conditions may ask: the form as compiled, with the questions about the applicant. */
    get questions() {
        return this.props.preview.form.fields;
    }

    get openAt() {
        return this.indexOf(this.props.pack.materials, "name", this.props.focus.material);
    }

    /** Services that an imported pack refers to without saying which material they yield. */
    get loose() {
        return this.props.pack.intermediaries.filter((row) => !row.material);
    }

    get looseColumns() {
        const options = this.props.words.services;
        return [
            { key: "service", label: _t("Intermediary service"), type: "select", options },
        ];
    }

    setLoose(rows) {
        const placed = this.props.pack.intermediaries.filter((row) => row.material);
        this.setServices([...placed, ...rows]);
    }

    /** The service of the catalogue that yields the material, as an entry that can be changed. */
    service(material) {
        const { pack, isReadonly, words } = this.props;
        const others = pack.intermediaries.filter((row) => row.material !== material.code);
        const own = pack.intermediaries.find((row) => row.material === material.code);
        const blank = { service: "", material: material.code };
        const isKnown = !own || words.services.some(([code]) => code === own.service);
        return {
            pack: own || blank,
            isReadonly,
            // A service that was cleared away still shows what the item refers to.
            options: isKnown ? words.services : [[own.service, own.service], ...words.services],
            onChange: (row) => this.setServices(row.service ? [...others, row] : others),
        };
    }

    toggleType(row, set, type) {
        set(
            "file_types",
            row.file_types.includes(type)
                ? row.file_types.filter((other) => other !== type)
                : [...row.file_types, type]
        );
    }
}

/** 收费: whether fees are charged, and the lines as the guide prints them. */
export class FeesPart extends StudioPart {
    static template = "gov_approval.FeesPart";

    setup() {
        this.setRows = this.setter("fees");
        this.blank = () => ({ name: "", standard: "", amount: "0", unit: "", basis: "" });
        this.columns = [
            { key: "name", label: _t("Fee"), width: "2 1 0" },
            { key: "standard", label: _t("Rate in words"), width: "2 1 0" },
            { key: "amount", label: _t("Amount"), width: "1 1 0" },
            { key: "unit", label: _t("Unit"), width: "1 1 0" },
            { key: "basis", label: _t("Legal basis"), width: "2 1 0" },
        ];
    }

    get openAt() {
        return this.indexOf(this.props.pack.fees, "name", this.props.focus.fee);
    }
}

/** 办事指南: what the public reads besides materials, limits and fees. */
export class GuidePart extends StudioPart {
    static template = "gov_approval.GuidePart";
}

const parts = registry.category("gov_studio_parts");
const part = (Component, label, icon) => ({ Component, label, icon });
parts.add("basics", part(BasicsPart, _t("Basics"), "fa-info-circle"), { sequence: 10 });
parts.add("materials", part(MaterialsPart, _t("Materials"), "fa-paperclip"), { sequence: 40 });
parts.add("limits", part(LimitsPart, _t("Limits"), "fa-clock-o"), { sequence: 60 });
parts.add("fees", part(FeesPart, _t("Fees"), "fa-cny"), { sequence: 70 });
parts.add("guide", part(GuidePart, _t("Guide"), "fa-book"), { sequence: 100 });

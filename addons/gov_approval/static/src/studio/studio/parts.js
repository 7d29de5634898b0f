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
            { key: "photocopies", label: _t("Photocopies"), type: "count", width: "0 0 4.5rem" },
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

/**
 * 收费: whether fees are charged, the lines as the guide prints them, and what of the answers is
 * counted for the rate of the public list.
 *
 * Where a public fee list is kept, `words.fees` has its fees, `words.fee_facts` what it says of each
 * and `words.fee_units` what each is counted in: a line is chosen there and filled in from it.
 */
export class FeesPart extends StudioPart {
    static template = "gov_approval.FeesPart";

    setup() {
        const setRows = this.setter("fees");
        this.setRows = (rows) => setRows(this.fillIn(rows));
        this.blank = () => ({
            fee_code: "",
            name: "",
            standard: "",
            amount: "0",
            unit: "",
            basis: "",
            quantities: {},
            is_payment_condition: false,
            payment_ground: "",
        });
        const options = this.props.words.fees;
        const list = { key: "fee_code", label: _t("Fee of the list"), type: "select", options };
        this.columns = [
            ...(options ? [{ ...list, width: "2 1 0" }] : []),
            { key: "name", label: _t("Fee"), width: "2 1 0" },
            { key: "standard", label: _t("Rate in words"), width: "2 1 0" },
            { key: "amount", label: _t("Amount"), width: "1 1 0" },
            { key: "unit", label: _t("Unit"), width: "1 1 0" },
            { key: "basis", label: _t("Legal basis"), width: "2 1 0" },
        ];
    }

    /** A line whose fee was chosen just now says what the list says of that fee. */
    fillIn(rows) {
        const before = this.props.pack.fees;
        const facts = this.props.words.fee_facts || {};
        const isChosen = (row, old) => old?.name === row.name && old.fee_code !== row.fee_code;
        return rows.map((row, at) =>
            rows.length === before.length && isChosen(row, before[at]) && facts[row.fee_code]
                ? { ...row, ...facts[row.fee_code] }
                : row
        );
    }

    get openAt() {
        return this.indexOf(this.props.pack.fees, "name", this.props.focus.fee);
    }

    /** Questions of the form that are answered by a number. */
    get numbers() {
        return this.props.preview.form.fields.filter((field) =>
            ["number", "money"].includes(field.type)
        );
    }

    /** A formula of an imported item: kept and shown, while the list offers the questions. */
    isFormula(text) {
        return text && !this.numbers.some((field) => field.code === text);
    }

    /** What the list counts the fee of this line in. */
    units(row) {
        return this.props.words.fee_units?.[row.fee_code] || [];
    }

    /** ``[unit, what is counted]`` of a fee: the units of the list first, answered or not. */
    counted(row) {
        const quantities = row.quantities || {};
        const units = this.units(row);
        const others = Object.entries(quantities).filter(([unit]) => !units.includes(unit));
        return [...units.map((unit) => [unit, quantities[unit] || ""]), ...others];
    }

    /** A line to fill in is offered where the list does not say the units, one at a time. */
    canAddCount(row) {
        const isBlank = ([unit, text]) => !unit || !text;
        return !this.units(row).length && !this.counted(row).some(isBlank);
    }

    /** A line to fill in; it begins with the unit of the fee. */
    addCounted(scope) {
        const { quantities = {}, unit } = scope.row;
        scope.set("quantities", { ...quantities, [unit in quantities ? "" : unit]: "" });
    }

    /** Another unit or question in this line; without a line it is removed. */
    setCounted(scope, index, line) {
        const units = this.units(scope.row);
        const lines = this.counted(scope.row);
        lines.splice(index, 1, ...(line ? [line] : []));
        const kept = lines.filter(([unit, text]) => text || !units.includes(unit));
        scope.set("quantities", Object.fromEntries(kept));
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

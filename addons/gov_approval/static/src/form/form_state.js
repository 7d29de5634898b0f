/**
 * What a form shows and demands for given answers. It follows `kernel/form.py` for live display;
 * the server decides.
 */
import { ExpressionError, evaluateCondition } from "../core/expression";
import { isBlank, kindsOf, typeOf } from "./field_types";

/**
 * Whether a condition holds: an empty one does, an undecidable one (it calculates with an unset
 * field) does not, and one that fails otherwise gives `onFailure`.
 */
function isMet(text, scope, onFailure) {
    if (isBlank(text)) {
        return true;
    }
    try {
        return evaluateCondition(text, scope.lookup, scope.today, scope.types);
    } catch (error) {
        if (!(error instanceof ExpressionError)) {
            throw error;
        }
        return error.code !== "expression.unset" && onFailure;
    }
}

class Scope {
    /**
     * @param {Object[]} fields
     * @param {Object} values answers by code
     * @param {Object} outer the scope around: `{ lookup, types, today }`
     * @param {Object} [conditions] more visible-if conditions by section code
     */
    constructor(fields, values, outer, conditions = {}) {
        this.fields = Object.fromEntries(fields.map((field) => [field.code, field]));
        this.values = values;
        this.outer = outer;
        this.conditions = conditions;
        this.today = outer.today;
        this.types = { ...outer.types, ...kindsOf(fields) };
        this.visible = {};
        this.lookup = this.lookup.bind(this);
    }

    /** The answer as conditions see it: hidden fields are unset. */
    lookup(code) {
        const field = this.fields[code];
        if (!field) {
            return this.outer.lookup(code);
        }
        return this.isVisible(field) ? typeOf(field).clean(this.values[code]) : null;
    }

    isVisible(field) {
        const { code } = field;
        if (!(code in this.visible)) {
            // A loop cannot be published; in the preview of a draft it must still end.
            this.visible[code] = true;
            this.visible[code] =
                isMet(this.conditions[field.section], this, true) &&
                isMet(field.visible_if, this, true);
        }
        return this.visible[code];
    }

    isRequired(field) {
        return Boolean(
            field.required || (!isBlank(field.required_if) && isMet(field.required_if, this, false))
        );
    }
}

export class FormState extends Scope {
    constructor(form, values, today) {
        const sections = form.sections || [];
        const outer = { lookup: () => null, types: {}, today };
        const conditions = Object.fromEntries(
            sections.map((section) => [section.code, section.visible_if])
        );
        super(form.fields, values, outer, conditions);
        this.form = form;
    }

    /** Sections with their visible fields, empty ones left out; fields of no section come first. */
    get sections() {
        const listed = this.form.sections || [];
        const codes = new Set(listed.map((section) => section.code));
        const loose = { code: "", name: "" };
        return [loose, ...listed]
            .map((section) => ({
                section,
                fields: this.form.fields.filter(
                    (field) =>
                        (codes.has(field.section) ? field.section : "") === section.code &&
                        this.isVisible(field)
                ),
            }))
            .filter(({ fields }) => fields.length);
    }

    /** The scope of one row of a table. */
    row(table, cells) {
        return new Scope(table.columns || [], cells, this);
    }

    /** Materials that these answers demand. */
    neededMaterials(materials) {
        return materials.filter(
            (material) =>
                (material.required || "always") === "always" &&
                isMet(material.needed_if, this, true)
        );
    }
}

/** Answers with the defaults of fields that were never answered. */
export function withDefaults(form, values) {
    const defaults = form.fields
        .filter((field) => !isBlank(field.default) && values[field.code] === undefined)
        .map((field) => [field.code, field.default]);
    return { ...Object.fromEntries(defaults), ...values };
}

/** A condition in the words of the form (条件说明): for people, never for machines. */
import { _t } from "@web/core/l10n/translation";
import { isCount, isGroup, kindOf, needsValue, toTree } from "../../core/condition";

const words = () => ({
    is: _t("is"),
    is_not: _t("is not"),
    more_than: _t("is more than"),
    at_least: _t("is at least"),
    less_than: _t("is less than"),
    at_most: _t("is at most"),
    is_one_of: _t("is one of"),
    is_none_of: _t("is none of"),
    is_set: _t("is filled in"),
    is_not_set: _t("is not filled in"),
    is_yes: _t("is Yes"),
    is_no: _t("is No"),
    is_not_yes: _t("is not Yes (No, or not answered)"),
    contains: _t("includes"),
    contains_not: _t("does not include"),
    count_is: _t("number of entries is"),
    count_is_not: _t("number of entries is not"),
    count_more_than: _t("number of entries is more than"),
    count_at_least: _t("number of entries is at least"),
    count_less_than: _t("number of entries is less than"),
    count_at_most: _t("number of entries is at most"),
});
const dateWords = () => ({
    is: _t("is on"),
    is_not: _t("is not on"),
    more_than: _t("is after"),
    at_least: _t("is on or after"),
    less_than: _t("is before"),
    at_most: _t("is on or before"),
});

/** The comparison in words, as it is offered for this field. */
export function operatorWord(operator, field) {
    const special = kindOf(field) === "date" ? dateWords() : {};
    return special[operator] || words()[operator];
}

/**
 * The condition as a sentence, "" for none.
 *
 * @returns {string|null} null where only the text can show the condition
 */
export function conditionInWords(text, fields) {
    const tree = toTree(text || "", fields);
    return tree && sayGroup(tree, Object.fromEntries(fields.map((field) => [field.code, field])));
}

function sayGroup(group, byCode) {
    const word = group.join === "all" ? _t(" and ") : _t(" or ");
    const parts = group.rows.map((part) => {
        if (!isGroup(part)) {
            return sayRow(part, byCode);
        }
        const said = sayGroup(part, byCode);
        return part.rows.length > 1 && part.join !== "none" ? _t("(%s)", said) : said;
    });
    const said = parts.join(word);
    return group.join === "none" ? _t("not (%(condition)s)", { condition: said }) : said;
}

function sayRow({ field: code, operator, value }, byCode) {
    const field = byCode[code];
    const said = `“${field.label || code}” ${operatorWord(operator, field)}`;
    return needsValue(operator) ? `${said} ${sayValue(value, operator, field, byCode)}` : said;
}

function sayValue(value, operator, field, byCode) {
    if (Array.isArray(value)) {
        return value.map((item) => sayValue(item, operator, field, byCode)).join(_t(", "));
    }
    if (value.today) {
        return _t("today");
    }
    if (value.field) {
        return `“${byCode[value.field].label || value.field}”`;
    }
    const option = (field.options || []).find((candidate) => candidate.code === value);
    const isPlain = isCount(operator) || ["number", "date"].includes(kindOf(field));
    return isPlain ? value : `“${option ? option.label : value}”`;
}

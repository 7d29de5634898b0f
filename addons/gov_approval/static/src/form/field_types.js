/**
 * The types of form fields: one registry, one entry a type (the server's is
 * `kernel/form_types.py`).
 *
 * `kind` is the type inside conditions, `control` the component's name, `clean(raw)` the value for
 * live conditions (null when blank or unreadable), `hint(raw)` a comfort check that the server
 * repeats properly, `show(field, raw)` the text of an answer that is only read.
 */
import { _t } from "@web/core/l10n/translation";

const MAX_RADIOS = 6;
const NUMBER = /^[+-]?\d{1,15}(\.\d{1,6})?$/;
const GROUPED = /^[+-]?\d{1,3}(,\d{3})+(\.\d*)?$/;
const MOBILE = /^1[3-9]\d{9}$/;
const LANDLINE = /^(0\d{2,3}-?\d{7,8}(-\d{1,6})?|[48]00\d{7})$/;
const EMAIL = /^[^@\s]+@[^@\s]+\.[^@\s.]+$/;
const PERSON_ID = /^\d{17}[\dX]$/;
const CREDIT_CODE = /^[0-9A-HJ-NPQRTUWXY]{18}$/;

export function isBlank(raw) {
    return (
        raw === undefined ||
        raw === null ||
        (typeof raw === "string" && !raw.trim()) ||
        (Array.isArray(raw) && !raw.length)
    );
}

/** Text without blanks, full-width characters (全角) as plain ones. */
function compact(raw) {
    return String(raw)
        .replace(/[\uff01-\uff5e]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0))
        .replace(/\s/g, "");
}

function cleanText(raw) {
    return isBlank(raw) ? null : String(raw).trim();
}

function cleanNumber(raw) {
    if (isBlank(raw)) {
        return null;
    }
    let text = compact(raw);
    if (GROUPED.test(text)) {
        text = text.replaceAll(",", "");
    }
    return NUMBER.test(text) ? text.replace("+", "") : null;
}

function cleanRows(raw) {
    const rows = Array.isArray(raw) ? raw : [];
    return rows.filter((row) => Object.values(row).some((cell) => !isBlank(cell)));
}

/** A comfort check: the sentence for an answer that is there and does not pass. */
function hintUnless(passes, sentence) {
    return (raw) => (isBlank(raw) || passes(compact(raw)) ? "" : sentence());
}

function optionLabel(field, code) {
    const option = (field.options || []).find((candidate) => candidate.code === code);
    return option ? option.label : code;
}

const showText = (_field, raw) => String(raw);

const TEXT = {
    kind: "text",
    control: "TextControl",
    isWide: false,
    attributes: { type: "text" },
    clean: cleanText,
    hint: () => "",
    show: showText,
};
const NUMERIC = {
    ...TEXT,
    kind: "number",
    attributes: { type: "text", inputmode: "decimal", autocomplete: "off" },
    clean: cleanNumber,
    hint: hintUnless((text) => cleanNumber(text) !== null, () => _t("Enter a number such as 12.5.")),
};
const CODED = { type: "text", autocomplete: "off", autocapitalize: "characters", spellcheck: "false" };

const TYPES = {
    text: TEXT,
    long_text: { ...TEXT, control: "LongTextControl", isWide: true },
    number: NUMERIC,
    money: { ...NUMERIC, unit: "¥" },
    date: { ...TEXT, kind: "date", attributes: { type: "date" } },
    yes_no: {
        ...TEXT,
        kind: "bool",
        control: "RadioControl",
        isGroup: true,
        clean: (raw) => (typeof raw === "boolean" ? raw : null),
        show: (_field, raw) => (raw ? _t("Yes") : _t("No")),
    },
    choice: {
        ...TEXT,
        kind: "choice",
        control: "RadioControl",
        isGroup: true,
        isWide: true,
        show: optionLabel,
    },
    choices: {
        ...TEXT,
        kind: "choices",
        control: "CheckboxesControl",
        isGroup: true,
        isWide: true,
        clean: (raw) => (Array.isArray(raw) ? raw : null),
        show: (field, raw) => raw.map((code) => optionLabel(field, code)).join(_t(", ")),
    },
    table: { ...TEXT, kind: "table", control: "", isWide: true, clean: cleanRows },
    person_id: {
        ...TEXT,
        attributes: CODED,
        hint: hintUnless(
            (text) => PERSON_ID.test(text.toUpperCase()),
            () => _t("Enter the 18 characters of the identity card.")
        ),
    },
    credit_code: {
        ...TEXT,
        attributes: CODED,
        hint: hintUnless(
            (text) => CREDIT_CODE.test(text.toUpperCase()),
            () => _t("Enter the 18 characters of the unified social credit code.")
        ),
    },
    phone: {
        ...TEXT,
        attributes: { type: "tel", inputmode: "tel", autocomplete: "tel" },
        hint: hintUnless(
            (text) => {
                const digits = text.replace(/^\+86/, "").replaceAll("-", "");
                return MOBILE.test(digits) || LANDLINE.test(text.replace(/[()]/g, ""));
            },
            () => _t("Enter a mobile number of 11 digits, or a landline with area code.")
        ),
    },
    email: {
        ...TEXT,
        attributes: { type: "email", inputmode: "email", autocomplete: "email" },
        hint: hintUnless(
            (text) => EMAIL.test(text),
            () => _t("Enter an e-mail address such as name@example.cn.")
        ),
    },
    address: { ...TEXT, isWide: true, attributes: { type: "text", autocomplete: "street-address" } },
    certificate: { ...TEXT, attributes: CODED },
};

/** @returns the entry of the field's type; a choice of many options is a drop-down list. */
export function typeOf(field) {
    const type = TYPES[field.type];
    if (field.type === "choice" && (field.options || []).length > MAX_RADIOS) {
        return { ...type, control: "SelectControl", isGroup: false, isWide: false };
    }
    return type;
}

/** Options of a radio group as `{ value, label }`. */
export function choicesOf(field) {
    if (field.type === "yes_no") {
        return [
            { value: true, label: _t("Yes") },
            { value: false, label: _t("No") },
        ];
    }
    return (field.options || []).map(({ code, label }) => ({ value: code, label }));
}

/** Kind of each field inside conditions, by code. */
export function kindsOf(fields) {
    return Object.fromEntries(fields.map((field) => [field.code, TYPES[field.type].kind]));
}

/**
 * Changes to the form of a pack (表单编辑), each giving a new pack. Codes are explicit: one is
 * proposed when a field is made, and nothing but a person changes it after that.
 */
import { _t } from "@web/core/l10n/translation";
import { literalsIn, namesIn, renameIn } from "../../core/names";
import { setPath } from "../studio/pack";

const CODE = /^[a-z][a-z0-9_]{0,59}$/;
const RESERVED = new Set([
    "and", "or", "not", "in", "true", "false", "is_set", "count", "today", "days_between", "none",
    "is", "if", "else",
]);
const RULES = ["visible_if", "required_if", "constraint"];
const TOKEN = /\{\{([^{}]*)\}\}/g;

const ruleWords = () => ({
    visible_if: _t("shown if"),
    required_if: _t("required if"),
    constraint: _t("rule for the answer"),
});

/** A field with every entry that a pack has; `type` alone differs. */
export function blankField(code, label, section, type) {
    const field = {
        code, label, section, type, help: "", required: false, required_if: "", visible_if: "",
        constraint: "", constraint_message: "", indexed: false, min: "", max: "", max_length: 0,
        default: "", basis: "", situation: false, options: [], columns: [],
    };
    if (type === "choice" || type === "choices") {
        field.options = [1, 2].map((number) => ({
            code: `option_${number}`,
            label: _t("Option %s", number).toString(),
        }));
    }
    if (type === "table") {
        field.columns = [blankField(`${code}_name`, _t("Name").toString(), "", "text")];
    }
    return field;
}

/** Every field of the pack, columns of tables too. */
export function allFields(pack) {
    return pack.form.fields.flatMap((field) => [field, ...field.columns]);
}

/** A code that nothing in the form has: the type with a number. */
export function proposeCode(pack, type) {
    const taken = new Set([...allFields(pack), ...pack.form.sections].map(({ code }) => code));
    let number = 1;
    while (taken.has(`${type}_${number}`)) {
        number++;
    }
    return `${type}_${number}`;
}

/** Why `code` cannot be the code of a field, "" where it can. */
export function codeProblem(pack, code, standard = []) {
    if (!CODE.test(code)) {
        return _t("“%s” cannot be a code. Use small letters, digits and _, beginning with a letter.", code);
    }
    if (RESERVED.has(code)) {
        return _t("“%s” is a word of the condition language. Choose another code.", code);
    }
    const owner = [...allFields(pack), ...standard].find((field) => field.code === code);
    return owner
        ? _t("The code “%(code)s” is used by “%(label)s” already. Choose another one.", {
              code,
              label: owner.label,
          })
        : "";
}

// Where a field is used

/** Every text of the pack that may name a field: `{ text, place, set }`; `set(pack, text)`. */
function textsOf(pack) {
    const words = ruleWords();
    const found = [];
    const add = (path, keys, describe) => {
        const rows = path.split(".").reduce((value, key) => value?.[key], pack) || [];
        rows.forEach((row, index) =>
            keys.forEach((key) => {
                if (row[key]) {
                    found.push({ path, index, key, text: row[key], place: describe(row, key) });
                }
            })
        );
    };
    add("form.sections", ["visible_if"], (row) => _t("section “%(name)s”: shown if", row));
    add("form.fields", RULES, (row, key) => _t("field “%(label)s”: %(rule)s", { label: row.label, rule: words[key] }));
    pack.form.fields.forEach((table, index) =>
        add(`form.fields.${index}.columns`, RULES, (row, key) =>
            _t("column “%(label)s”: %(rule)s", { label: row.label, rule: words[key] })
        )
    );
    add("materials", ["needed_if"], (row) => _t("material “%(name)s”: needed if", row));
    const steps = Object.fromEntries(pack.flow.nodes.map(({ code, name }) => [code, name]));
    add("flow.edges", ["condition"], (row) =>
        _t("flow: from “%(from)s” to “%(to)s”", { from: steps[row.source] || row.source, to: steps[row.target] || row.target })
    );
    return found;
}

function tokensOf(body) {
    return [...(body || "").matchAll(TOKEN)].flatMap(([, token]) => [...namesIn(token)]);
}

/** The places of the pack that use a field, in words. */
export function usesOf(pack, code) {
    const rules = textsOf(pack).filter(
        ({ text, path, index, key }) =>
            namesIn(text).has(code) && !isOwn(pack, code, path, index, key)
    );
    const documents = pack.documents.filter(({ body }) => tokensOf(body).includes(code));
    return [
        ...rules.map(({ place }) => place),
        ...documents.map(({ name, kind }) => _t("document “%s”", name || kind)),
    ];
}

/** A field's own rules go with it. */
function isOwn(pack, code, path, index, key) {
    const rows = path.split(".").reduce((value, part) => value[part], pack);
    return RULES.includes(key) && path !== "form.sections" && rows[index].code === code;
}

/** Places that compare the field with this option. */
export function optionUsesOf(pack, code, option) {
    return textsOf(pack)
        .filter(({ text }) => namesIn(text).has(code) && literalsIn(text).has(option))
        .map(({ place }) => place);
}

/** Why the field cannot go: a sentence that names the places, "" where it can. */
export function removalProblem(pack, field) {
    const places = [field, ...field.columns].flatMap(({ code }) => usesOf(pack, code));
    const outside = places.filter((place, index) => places.indexOf(place) === index);
    return outside.length
        ? _t("“%(label)s” is still used by: %(places)s. Change these first.", {
              label: field.label,
              places: outside.join(_t("; ")),
          })
        : "";
}

// Changes

const withFields = (pack, fields) => setPath(pack, "form.fields", fields);

/** A new field of a type, before the field `next` or at the end of the section. */
export function addField(pack, type, label, section, next = "") {
    const code = proposeCode(pack, type);
    const added = withFields(pack, [...pack.form.fields, blankField(code, label, section, type)]);
    return [moveField(added, code, section, next), code];
}

/** A field moved into a section, before the field `next` or to the section's end. */
export function moveField(pack, code, section, next = "") {
    const field = pack.form.fields.find((other) => other.code === code);
    const rest = pack.form.fields.filter((other) => other !== field);
    let place = rest.findIndex((other) => other.code === next);
    if (place < 0) {
        place = rest.findLastIndex((other) => other.section === section) + 1 || rest.length;
    }
    return withFields(pack, rest.toSpliced(place, 0, { ...field, section }));
}

/** One place up or down; over the edge of a section into the next one. */
export function shiftField(pack, code, step) {
    const field = pack.form.fields.find((other) => other.code === code);
    const peers = pack.form.fields.filter((other) => other.section === field.section);
    const at = peers.indexOf(field) + step;
    if (at >= 0 && at < peers.length) {
        return moveField(pack, code, field.section, step < 0 ? peers[at].code : peers[at + 1]?.code);
    }
    const { sections } = pack.form;
    const section = sections[sections.findIndex((one) => one.code === field.section) + step];
    if (!section) {
        return pack;
    }
    const first = pack.form.fields.find((other) => other.section === section.code);
    return moveField(pack, code, section.code, step > 0 ? first?.code : "");
}

/** The field, or the column of a table, with other entries. */
export function changeField(pack, code, more) {
    const change = (field) =>
        field.code === code ? { ...field, ...more } : { ...field, columns: field.columns.map(change) };
    return withFields(pack, pack.form.fields.map(change));
}

export function removeField(pack, code) {
    const keep = (field) => field.code !== code;
    const fields = pack.form.fields.filter(keep);
    return withFields(pack, fields.map((field) => ({ ...field, columns: field.columns.filter(keep) })));
}

/** The field under another code, in every condition, document and table that names it. */
export function renameField(pack, from, to) {
    const rename = (text) => renameIn(text, from, to);
    const rules = (row, keys) => ({
        ...row,
        ...Object.fromEntries(keys.filter((key) => row[key]).map((key) => [key, rename(row[key])])),
    });
    const field = (row) => ({
        ...rules(row, RULES),
        code: row.code === from ? to : row.code,
        columns: row.columns.map(field),
    });
    return {
        ...pack,
        form: {
            sections: pack.form.sections.map((row) => rules(row, ["visible_if"])),
            fields: pack.form.fields.map(field),
        },
        materials: pack.materials.map((row) => rules(row, ["needed_if"])),
        flow: { ...pack.flow, edges: pack.flow.edges.map((row) => rules(row, ["condition"])) },
        documents: pack.documents.map((row) => ({
            ...row,
            body: row.body.replace(TOKEN, (_all, token) => `{{${renameIn(token, from, to)}}}`),
        })),
    };
}

/** Sections change by code; their fields stay with them. */
export function changeSection(pack, code, more) {
    const sections = pack.form.sections.map((row) => (row.code === code ? { ...row, ...more } : row));
    return setPath(pack, "form.sections", sections);
}

export function addSection(pack, name) {
    const code = proposeCode(pack, "section");
    const sections = [...pack.form.sections, { code, name, visible_if: "" }];
    return [setPath(pack, "form.sections", sections), code];
}

export function sectionRemovalProblem(pack, section) {
    return pack.form.fields.some((field) => field.section === section.code)
        ? _t("The section “%(name)s” still has fields. Move or delete them first.", section)
        : "";
}

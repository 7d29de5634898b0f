/**
 * A condition as a tree of rows (条件树), as `kernel/condition.py` describes it: `toTree` reads a
 * text of the expression language, `toText` writes one. `static/tests/condition_cases.json` holds
 * both sides to the same answers. The text is judged by the server; here it is only shown.
 */
import { parseExpr } from "@web/core/py_js/py";
import { typeOf } from "../form/field_types";

const MAX_DEPTH = 20;
const NUMBER = /^-?\d+(\.\d+)?$/;
const DATE = /^\d{4}-\d{2}-\d{2}$/;
const NODE = { number: 0, text: 1, bool: 2, list: 4, name: 5, unary: 6, binary: 7, call: 8, logic: 14 };
const SIGNS = {
    "==": "is", "!=": "is_not", ">": "more_than", ">=": "at_least", "<": "less_than",
    "<=": "at_most",
};
const FLIPPED = { "==": "==", "!=": "!=", ">": "<", ">=": "<=", "<": ">", "<=": ">=" };
const SIGN_OF = Object.fromEntries(Object.entries(SIGNS).map(([sign, name]) => [name, sign]));
const EQUAL = ["is", "is_not"];
const LIST = ["is_one_of", "is_none_of"];
const SET = ["is_set", "is_not_set"];
const COUNTS = Object.keys(SIGN_OF).map((name) => `count_${name}`);
/** Comparisons by the kind of a field, in the order in which they are offered. */
const OPERATORS = {
    text: [...EQUAL, ...LIST, ...SET],
    choice: [...EQUAL, ...LIST, ...SET],
    number: [...Object.keys(SIGN_OF), ...LIST, ...SET],
    date: [...Object.keys(SIGN_OF), ...LIST, ...SET],
    bool: ["is_yes", "is_no", "is_not_yes", ...SET],
    choices: ["contains", "contains_not", ...COUNTS, ...SET],
    table: [...COUNTS, ...SET],
};
/** Rows whose negation is a row again, also where the field has no value. */
const NEGATED = Object.fromEntries(
    [
        ["is", "is_not"], ["is_one_of", "is_none_of"], ["contains", "contains_not"],
        ["is_set", "is_not_set"], ["is_yes", "is_not_yes"], ["count_is", "count_is_not"],
    ].flatMap(([one, other]) => [[one, other], [other, one]])
);
const JOINS = { all: " and ", any: " or ", none: " or " };

/** Rows cannot show this part of a text, or the tree cannot be written. */
class Beyond extends Error {}

function beyond() {
    throw new Beyond();
}

export const isGroup = (part) => "join" in part;
export const kindOf = (field) => typeOf(field).kind;
export const operatorsOf = (field) => OPERATORS[kindOf(field)];
export const isList = (operator) => LIST.includes(operator);
export const isCount = (operator) => COUNTS.includes(operator);
export const needsValue = (operator) => !SET.includes(operator) && !/^is_(not_)?(yes|no)$/.test(operator);

const makeRow = (field, operator, value = null) => ({ field, operator, value });

// Reading

/**
 * @param {string} text
 * @param {Object[]} fields `{ code, type }`
 * @returns {Object|null} the tree; null where only the text can show the condition
 */
export function toTree(text, fields) {
    if (!text.trim()) {
        return { join: "all", rows: [] };
    }
    const kinds = Object.fromEntries(fields.map((field) => [field.code, kindOf(field)]));
    try {
        const tree = read(parseExpr(text.replace(/[\r\n]/g, " ")), kinds);
        return isGroup(tree) ? tree : { join: "all", rows: [tree] };
    } catch {
        return null; // not a text of the language either: the server says what is wrong
    }
}

function read(node, kinds) {
    if (node.type === NODE.logic) {
        const join = node.op === "and" ? "all" : "any";
        return merged(join, [read(node.left, kinds), read(node.right, kinds)]);
    }
    if (node.type === NODE.unary && node.op === "not") {
        return negated(read(node.right, kinds));
    }
    if (node.type === NODE.binary) {
        return node.op === "in" || node.op === "not in"
            ? readMembership(node, kinds)
            : readComparison(node, kinds);
    }
    if (node.type === NODE.name) {
        return makeRow(fieldOf(node, kinds, "bool"), "is_yes");
    }
    if (called(node) === "is_set") {
        return makeRow(fieldOf(node.args[0], kinds), "is_set");
    }
    return beyond();
}

const called = (node) => (node.type === NODE.call ? node.fn.value : "");

function fieldOf(node, kinds, kind = "") {
    const isKnown = node.type === NODE.name && Object.hasOwn(kinds, node.value);
    return isKnown && (!kind || kinds[node.value] === kind) ? node.value : beyond();
}

function readComparison({ left, op, right }, kinds) {
    if (left.type !== NODE.name && called(left) !== "count") {
        [left, op, right] = [right, FLIPPED[op], left];
    }
    if (!Object.hasOwn(SIGNS, op || "")) {
        return beyond();
    }
    if (called(left) === "count") {
        const field = fieldOf(left.args[0], kinds);
        return makeRow(field, `count_${SIGNS[op]}`, literal(right, "number"));
    }
    const field = fieldOf(left, kinds);
    if (kinds[field] === "bool") {
        const found = { "==true": "is_yes", "==false": "is_no", "!=true": "is_not_yes" };
        const key = right.type === NODE.bool ? `${op}${right.value}` : "";
        return Object.hasOwn(found, key) ? makeRow(field, found[key]) : beyond();
    }
    if (right.type === NODE.name) {
        return makeRow(field, SIGNS[op], { field: fieldOf(right, kinds) });
    }
    const value = called(right) === "today" ? { today: true } : literal(right, kinds[field]);
    return makeRow(field, SIGNS[op], value);
}

function readMembership({ left, op, right }, kinds) {
    const isIn = op === "in";
    if (right.type !== NODE.list) {
        const field = fieldOf(right, kinds, "choices");
        return makeRow(field, isIn ? "contains" : "contains_not", literal(left, "text"));
    }
    const field = fieldOf(left, kinds);
    const items = right.value.map((item) => literal(item, kinds[field]));
    return makeRow(field, isIn ? "is_one_of" : "is_none_of", items);
}

function literal(node, kind) {
    let sign = "";
    if (node.type === NODE.unary && node.op === "-") {
        [sign, node] = ["-", node.right];
    }
    if (kind === "number" && node.type === NODE.number) {
        return sign + String(node.value);
    }
    const isText = kind !== "number" && node.type === NODE.text && node.value.trim();
    return isText ? node.value : beyond();
}

/** One group; groups of the same sense inside it are taken apart. */
function merged(join, parts) {
    const same = join === "none" ? "any" : join;
    return { join, rows: parts.flatMap((part) => (part.join === same ? part.rows : [part])) };
}

function negated(part) {
    if (!isGroup(part) && Object.hasOwn(NEGATED, part.operator)) {
        return { ...part, operator: NEGATED[part.operator] };
    }
    if (part.join === "none") {
        return part.rows.length === 1 ? part.rows[0] : { join: "any", rows: part.rows };
    }
    return merged("none", [part]);
}

// Writing

/**
 * @returns {string|null} the text of the tree; null while a row is not complete
 */
export function toText(tree, fields) {
    const kinds = Object.fromEntries(fields.map((field) => [field.code, kindOf(field)]));
    try {
        const parts = partsOf(tree, kinds, 0);
        return parts.length ? joined(tree.join, parts) : "";
    } catch (error) {
        if (error instanceof Beyond) {
            return null;
        }
        throw error;
    }
}

/** Whether this row could be written as it stands. */
export function isComplete(row, fields) {
    return toText({ join: "all", rows: [row] }, fields) !== null;
}

function partsOf(group, kinds, depth) {
    if (depth > MAX_DEPTH) {
        return beyond();
    }
    return group.rows.flatMap((part) => {
        if (!isGroup(part)) {
            return [written(part, kinds)];
        }
        const inner = partsOf(part, kinds, depth + 1);
        if (!inner.length) {
            return [];
        }
        const text = joined(part.join, inner);
        return [part.join === "none" || inner.length === 1 ? text : `(${text})`];
    });
}

function joined(join, parts) {
    const text = parts.join(JOINS[join]);
    return join === "none" ? `not (${text})` : text;
}

function written({ field, operator, value }, kinds) {
    const kind = Object.hasOwn(kinds, field) ? kinds[field] : "";
    if (!kind || !OPERATORS[kind].includes(operator)) {
        return beyond();
    }
    const alone = {
        is_set: `is_set(${field})`, is_not_set: `not is_set(${field})`, is_yes: field,
        is_no: `${field} == False`, is_not_yes: `not ${field}`,
    };
    if (Object.hasOwn(alone, operator)) {
        return alone[operator];
    }
    if (isCount(operator)) {
        return `count(${field}) ${SIGN_OF[operator.slice(6)]} ${quoted(value, "number")}`;
    }
    if (isList(operator)) {
        if (!Array.isArray(value) || !value.length) {
            return beyond();
        }
        const items = value.map((item) => quoted(item, kind)).join(", ");
        return `${field} ${operator === "is_one_of" ? "in" : "not in"} [${items}]`;
    }
    if (kind === "choices") {
        return `${quoted(value, kind)} ${operator === "contains" ? "in" : "not in"} ${field}`;
    }
    return `${field} ${SIGN_OF[operator]} ${compared(value, kind, kinds)}`;
}

function compared(value, kind, kinds) {
    if (value?.today && kind === "date") {
        return "today()";
    }
    if (value?.field !== undefined) {
        return kinds[value.field] === kind ? value.field : beyond();
    }
    return quoted(value, kind);
}

function quoted(value, kind) {
    if (typeof value !== "string" || !value.trim()) {
        return beyond();
    }
    if (kind === "number") {
        return NUMBER.test(value) ? value : beyond();
    }
    if (kind === "date" && !isRealDate(value)) {
        return beyond();
    }
    if (/[\\\r\n]/.test(value) || (value.includes("'") && value.includes('"'))) {
        return beyond();
    }
    return value.includes("'") ? `"${value}"` : `'${value}'`;
}

function isRealDate(text) {
    const date = new Date(`${text}T00:00:00Z`);
    return DATE.test(text) && !isNaN(date) && date.toISOString().startsWith(text);
}

/**
 * Conditions of forms in the browser, for live display only: the server judges.
 *
 * The text is parsed by Odoo's py_js and evaluated here over a closed set of nodes, because py_js
 * itself calculates with binary floats and knows neither our functions nor unset values. It agrees
 * with `kernel/expression.py`: exact fractions, an unset operand makes a comparison false (`!=` and
 * `not in` true), calculating with an unset field throws. `static/tests/expression_cases.json`
 * holds both sides to the same answers.
 *
 * Inside, a value is `{ kind, value }`; numbers are `[numerator, denominator]` of BigInt with a
 * positive denominator, dates are counted in days, and `value` is null when unset.
 */
import { parseExpr } from "@web/core/py_js/py";

const MAX_LENGTH = 2000;
const MAX_KEPT = 1000;
const NUMBER = /^-?\d{1,20}(\.\d{1,10})?$/;
const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const MS_A_DAY = 86400000;
const COMPARABLE = ["text", "number", "date", "bool", "choice"];

/** Node types of py_js (py_parser.js); the others have no meaning here and are refused. */
const AST = {
    number: 0,
    text: 1,
    bool: 2,
    list: 4,
    name: 5,
    unary: 6,
    binary: 7,
    call: 8,
    logic: 14,
};

export class ExpressionError extends Error {
    /**
     * @param {string} code as in the server's kernel, for example "expression.unset"
     * @param {string} [name] the field concerned
     */
    constructor(code, name = "") {
        super(`${code} ${name}`);
        this.code = code;
        this.name = name;
    }
}

const parsed = new Map();

function parse(text) {
    if (typeof text !== "string" || text.length > MAX_LENGTH) {
        throw new ExpressionError("expression.length");
    }
    if (!parsed.has(text)) {
        if (parsed.size >= MAX_KEPT) {
            parsed.clear();
        }
        parsed.set(text, parseOnce(text));
    }
    return parsed.get(text);
}

function parseOnce(text) {
    try {
        return parseExpr(text.replace(/[\r\n]/g, " "));
    } catch {
        throw new ExpressionError("expression.syntax");
    }
}

// Values

const bool = (value) => ({ kind: "bool", value });
const unset = (kind) => ({ kind, value: null });

function isBlank(raw) {
    return raw === undefined || raw === null || raw === "" || (Array.isArray(raw) && !raw.length);
}

function fraction(text) {
    const [whole, decimals = ""] = text.split(".");
    return [BigInt(whole + decimals), 10n ** BigInt(decimals.length)];
}

function dayNumber(text) {
    const match = DATE.exec(text);
    if (!match) {
        return null;
    }
    const [year, month, day] = match.slice(1).map(Number);
    const date = new Date(0);
    date.setUTCFullYear(year, month - 1, day);
    const isReal = year > 0 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
    return isReal ? date.getTime() / MS_A_DAY : null;
}

const READ = {
    number: (raw) => {
        const text = Number.isSafeInteger(raw) ? String(raw) : raw;
        return typeof text === "string" && NUMBER.test(text) ? fraction(text) : null;
    },
    date: (raw) => (typeof raw === "string" ? dayNumber(raw) : null),
    text: (raw) => (typeof raw === "string" ? raw : null),
    choice: (raw) => (typeof raw === "string" ? raw : null),
    bool: (raw) => (typeof raw === "boolean" ? raw : null),
    choices: (raw) => (Array.isArray(raw) ? raw : null),
    table: (raw) => (Array.isArray(raw) ? raw : null),
};

function kindOf(name, scope) {
    const kind = Object.hasOwn(scope.types, name) ? scope.types[name] : null;
    if (!kind || !Object.hasOwn(READ, kind)) {
        throw new ExpressionError("expression.name", name);
    }
    return kind;
}

function readField(name, scope) {
    const kind = kindOf(name, scope);
    const raw = scope.lookup(name);
    if (isBlank(raw)) {
        return { ...unset(kind), name };
    }
    const value = READ[kind](raw);
    if (value === null) {
        throw new ExpressionError("expression.value", name);
    }
    return { kind, value, name };
}

/** The value of an operand that is calculated with: of this kind, and set. */
function demand(operand, kind) {
    if (operand.kind !== kind) {
        throw new ExpressionError("expression.type");
    }
    if (operand.value === null) {
        throw new ExpressionError("expression.unset", operand.name);
    }
    return operand.value;
}

function isTrue(operand) {
    if (operand.kind !== "bool") {
        throw new ExpressionError("expression.type");
    }
    return operand.value === true;
}

// Calculating

function reduced(top, bottom) {
    if (bottom === 0n) {
        throw new ExpressionError("expression.zero_division");
    }
    let [a, b] = [top < 0n ? -top : top, bottom < 0n ? -bottom : bottom];
    while (b) {
        [a, b] = [b, a % b];
    }
    a = bottom < 0n ? -a : a;
    return [top / a, bottom / a];
}

const CALCULATE = {
    "+": ([a, b], [c, d]) => reduced(a * d + c * b, b * d),
    "-": ([a, b], [c, d]) => reduced(a * d - c * b, b * d),
    "*": ([a, b], [c, d]) => reduced(a * c, b * d),
    "/": ([a, b], [c, d]) => reduced(a * d, b * c),
};

/** Negative, zero or positive, as `left` is less than, equal to or greater than `right`. */
function order(kind, left, right) {
    if (kind === "number") {
        const difference = left[0] * right[1] - right[0] * left[1];
        return difference === 0n ? 0 : difference < 0n ? -1 : 1;
    }
    return left === right ? 0 : left < right ? -1 : 1;
}

const COMPARE = {
    "==": (sign) => sign === 0,
    "!=": (sign) => sign !== 0,
    "<": (sign) => sign < 0,
    "<=": (sign) => sign <= 0,
    ">": (sign) => sign > 0,
    ">=": (sign) => sign >= 0,
};

/** A text literal takes the type of the choice or the date that it stands against. */
function agree(operand, other) {
    if (!operand.isLiteral || operand.kind !== "text") {
        return operand;
    }
    if (other.kind === "choice" || other.kind === "choices") {
        return { ...operand, kind: "choice" };
    }
    if (other.kind === "date") {
        const value = dayNumber(operand.value);
        if (value === null) {
            throw new ExpressionError("expression.date");
        }
        return { ...operand, kind: "date", value };
    }
    return operand;
}

function compare(sign, first, second) {
    const [left, right] = [agree(first, second), agree(second, first)];
    const isOrder = sign.startsWith("<") || sign.startsWith(">");
    const fits = isOrder ? ["number", "date"] : COMPARABLE;
    if (left.kind !== right.kind || !fits.includes(left.kind)) {
        throw new ExpressionError("expression.type");
    }
    if (left.value === null || right.value === null) {
        return bool(sign === "!=");
    }
    return bool(COMPARE[sign](order(left.kind, left.value, right.value)));
}

function hasOption(operand, field) {
    const left = agree(operand, field);
    if (field.kind !== "choices" || left.kind !== "choice") {
        throw new ExpressionError("expression.type");
    }
    return left.value !== null && (field.value || []).includes(left.value);
}

function isAmong(left, items, scope) {
    if (!items.length || left.kind === "bool" || !COMPARABLE.includes(left.kind)) {
        throw new ExpressionError("expression.type");
    }
    return items
        .map((item) => {
            const literal = item.type === AST.unary ? item.right : item;
            if (literal.type !== AST.number && literal.type !== AST.text) {
                throw new ExpressionError("expression.syntax");
            }
            return compare("==", left, evaluateNode(item, scope)).value;
        })
        .some(Boolean);
}

// Functions

function day(node, scope) {
    return demand(agree(evaluateNode(node, scope), unset("date")), "date");
}

const CALLS = {
    "is_set/1": (scope, field) => {
        if (field.type !== AST.name) {
            throw new ExpressionError("expression.function");
        }
        kindOf(field.value, scope);
        return bool(!isBlank(scope.lookup(field.value)));
    },
    "count/1": (scope, field) => {
        const { kind, value } = evaluateNode(field, scope);
        if (kind !== "choices" && kind !== "table") {
            throw new ExpressionError("expression.function");
        }
        return { kind: "number", value: [BigInt((value || []).length), 1n] };
    },
    "today/0": (scope) => ({ kind: "date", value: dayNumber(scope.today) }),
    "days_between/2": (scope, earlier, later) => {
        const start = day(earlier, scope);
        return { kind: "number", value: [BigInt(day(later, scope) - start), 1n] };
    },
};

function call(node, scope) {
    const key = `${node.fn.value}/${node.args.length}`;
    const isPlain = node.fn.type === AST.name && !Object.keys(node.kwargs).length;
    if (!isPlain || !Object.hasOwn(CALLS, key)) {
        throw new ExpressionError("expression.function");
    }
    return CALLS[key](scope, ...node.args);
}

// Nodes

function logic(node, scope) {
    const left = isTrue(evaluateNode(node.left, scope));
    if (left === (node.op === "or")) {
        return bool(left);
    }
    return bool(isTrue(evaluateNode(node.right, scope)));
}

function unary(node, scope) {
    const operand = evaluateNode(node.right, scope);
    if (node.op === "not") {
        return bool(!isTrue(operand));
    }
    if (node.op !== "-") {
        throw new ExpressionError("expression.syntax");
    }
    const [top, bottom] = demand(operand, "number");
    return { kind: "number", value: [-top, bottom] };
}

function binary(node, scope) {
    const left = evaluateNode(node.left, scope);
    if (node.op === "in" || node.op === "not in") {
        const found =
            node.right.type === AST.list
                ? isAmong(left, node.right.value, scope)
                : hasOption(left, evaluateNode(node.right, scope));
        return bool(found === (node.op === "in"));
    }
    if (Object.hasOwn(COMPARE, node.op)) {
        return compare(node.op, left, evaluateNode(node.right, scope));
    }
    if (!Object.hasOwn(CALCULATE, node.op)) {
        throw new ExpressionError("expression.syntax");
    }
    const first = demand(left, "number");
    const second = demand(evaluateNode(node.right, scope), "number");
    return { kind: "number", value: CALCULATE[node.op](first, second) };
}

const EVALUATE = {
    [AST.number]: (node) => ({ kind: "number", value: fraction(String(node.value)) }),
    [AST.text]: (node) => ({ kind: "text", value: node.value, isLiteral: true }),
    [AST.bool]: (node) => bool(node.value),
    [AST.name]: (node, scope) => readField(node.value, scope),
    [AST.unary]: unary,
    [AST.binary]: binary,
    [AST.call]: call,
    [AST.logic]: logic,
};

function evaluateNode(node, scope) {
    if (!Object.hasOwn(EVALUATE, node.type)) {
        throw new ExpressionError("expression.syntax");
    }
    return EVALUATE[node.type](node, scope);
}

/**
 * Whether the condition holds for these answers.
 *
 * @param {string} text
 * @param {Object|Function} values answers by field code, or a function from code to answer
 * @param {string} today ISO date
 * @param {Object} types kind of each field: text, number, date, bool, choice, choices or table
 * @returns {boolean}
 * @throws {ExpressionError} with the code that the server's kernel raises
 */
export function evaluateCondition(text, values, today, types) {
    const lookup =
        typeof values === "function"
            ? values
            : (name) => (Object.hasOwn(values, name) ? values[name] : null);
    return isTrue(evaluateNode(parse(text), { lookup, today, types }));
}

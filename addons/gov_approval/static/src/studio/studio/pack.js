/**
 * The pack (事项包) that the studio edits is a plain value: a change is a new pack, and what did not
 * change is shared with the old one. Undo is therefore nothing but the packs before.
 */

/** The value at a path such as `guide.place`. */
export function getPath(pack, path) {
    return path.split(".").reduce((value, key) => value?.[key], pack);
}

/** A pack with another value at the path. */
export function setPath(pack, path, value) {
    const [key, ...rest] = path.split(".");
    return { ...pack, [key]: rest.length ? setPath(pack[key] || {}, rest.join("."), value) : value };
}

/** A list with one entry replaced. */
export function replaceAt(rows, index, row) {
    return rows.map((other, place) => (place === index ? row : other));
}

/** A list with one entry moved; the same list where there is no such place. */
export function moveRow(rows, from, to) {
    if (to < 0 || to >= rows.length || from === to) {
        return rows;
    }
    const rest = rows.filter((_row, place) => place !== from);
    return [...rest.slice(0, to), rows[from], ...rest.slice(to)];
}

/** The first code `prefix1`, `prefix2`, … that no row has. */
export function freeCode(rows, prefix) {
    const taken = new Set(rows.map((row) => row.code));
    let number = rows.length + 1;
    while (taken.has(`${prefix}${number}`)) {
        number++;
    }
    return `${prefix}${number}`;
}

/** What a row of each list needs before it says anything; other rows wait for their first word. */
const MEANING = {
    bases: ["title", "article", "ref", "text"],
    fees: ["name", "standard", "basis"],
    materials: ["name"],
    intermediaries: ["service"],
};

/** Quantities of a fee that have both their unit and what is counted. */
function whole(quantities = {}) {
    return Object.fromEntries(
        Object.entries(quantities).filter(([unit, text]) => unit && text)
    );
}

/** The pack without rows that were added and not written in yet. */
export function withoutBlanks(pack) {
    const isWritten = (row, keys) => keys.some((key) => row[key]?.trim());
    const kept = Object.fromEntries(
        Object.entries(MEANING).map(([part, keys]) => [
            part,
            pack[part].filter((row) => isWritten(row, keys)),
        ])
    );
    kept.fees = kept.fees.map((row) => ({ ...row, quantities: whole(row.quantities) }));
    return { ...pack, ...kept, conditions: pack.conditions.filter((text) => text.trim()) };
}

/** Changes that follow each other faster than this are undone together: typing is one step. */
const ONE_STEP_MS = 700;
const MAX_STEPS = 200;

/** The packs before and after the present one. */
export class History {
    constructor() {
        this.past = [];
        this.future = [];
        this.changedAt = 0;
    }

    /** Remember the pack that a change replaces. */
    push(pack) {
        const now = Date.now();
        if (now - this.changedAt > ONE_STEP_MS || !this.past.length) {
            this.past = [...this.past.slice(1 - MAX_STEPS), pack];
        }
        this.changedAt = now;
        this.future = [];
    }

    undo(pack) {
        const before = this.past.pop();
        this.changedAt = 0;
        if (before) {
            this.future.push(pack);
        }
        return before || pack;
    }

    redo(pack) {
        const after = this.future.pop();
        this.changedAt = 0;
        if (after) {
            this.past.push(pack);
        }
        return after || pack;
    }
}

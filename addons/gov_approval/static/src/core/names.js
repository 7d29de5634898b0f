/**
 * Field codes inside the texts of a pack: which a text names, and a text with a code renamed. Texts
 * in quotation marks are left alone; a text that cannot be read is read as far as it goes.
 */
const PIECES = /'[^']*'|"[^"]*"|[A-Za-z_][A-Za-z0-9_]*|./gsu;
const WORDS = new Set([
    "and", "or", "not", "in", "True", "False", "is_set", "count", "today", "days_between",
]);
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

const pieces = (text) => (text || "").match(PIECES) || [];
const isName = (piece) => NAME.test(piece) && !WORDS.has(piece);

/** Codes that a condition or formula names. */
export function namesIn(text) {
    return new Set(pieces(text).filter(isName));
}

/** Texts in quotation marks that a condition compares with. */
export function literalsIn(text) {
    const quoted = pieces(text).filter((piece) => /^['"]/.test(piece) && piece.length > 1);
    return new Set(quoted.map((piece) => piece.slice(1, -1)));
}

export function renameIn(text, from, to) {
    return pieces(text)
        .map((piece) => (isName(piece) && piece === from ? to : piece))
        .join("");
}

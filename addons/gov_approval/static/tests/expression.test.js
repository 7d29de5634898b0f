import { describe, expect, test } from "@odoo/hoot";
import { ExpressionError, evaluateCondition } from "@gov_approval/core/expression";

/** The very file that pytest reads; a JSON module, since hoot mocks every other way to fetch it. */
const loadTable = async () =>
    (
        await import("/gov_approval/static/tests/expression_cases.json", {
            with: { type: "json" },
        })
    ).default;

function answer(text, values, { today, types }) {
    try {
        return evaluateCondition(text, values, today, types);
    } catch (error) {
        return error instanceof ExpressionError ? error.code : `broken: ${error}`;
    }
}

describe.current.tags("headless");

describe("expression", () => {
    test("gives the answers of the table that it shares with the server's kernel", async () => {
        const table = await loadTable();
        expect(table.cases.length).toBeGreaterThan(80);
        const wrong = table.cases
            .map((row) => ({ ...row, expected: row.error ?? row.result }))
            .map((row) => ({ ...row, found: answer(row.text, row.values, table) }))
            .filter((row) => row.found !== row.expected);
        expect(wrong).toEqual([]);
    });

    test("runs nothing of the texts that the server refuses", async () => {
        // The server's checker is stricter (it knows the types and the exact spelling), so a few
        // harmless ones give an answer here; none may call, reach or break anything.
        const table = await loadTable();
        expect(table.refused.length).toBeGreaterThan(40);
        const ran = table.refused
            .map((text) => [text, answer(text, {}, table)])
            .filter(([, found]) => typeof found !== "boolean" && !found.startsWith("expression."));
        expect(ran).toEqual([]);
    });

    test("texts beyond the limits are refused", () => {
        const types = { area: "number" };
        const code = (text) => answer(text, {}, { today: "2026-03-15", types });
        expect(code("9".repeat(10 ** 6))).toBe("expression.length");
        expect(code("(".repeat(1999))).toBe("expression.syntax");
        expect(code("-".repeat(1990) + "area > 1")).toBe("expression.unset");
    });

    test("answers may come from a function", () => {
        const types = { area: "number" };
        const lookup = (name) => (name === "area" ? "12.50" : null);
        expect(evaluateCondition("area == 12.5", lookup, "2026-03-15", types)).toBe(true);
    });
});

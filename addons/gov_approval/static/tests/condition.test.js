import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { click, edit, press, queryAllTexts, queryOne } from "@odoo/hoot-dom";
import { advanceTime, animationFrame } from "@odoo/hoot-mock";
import { Component, useState, xml } from "@odoo/owl";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { allowTranslations, contains, mountWithCleanup, onRpc } from "@web/../tests/web_test_helpers";
import { toText, toTree } from "@gov_approval/core/condition";
import { literalsIn, namesIn, renameIn } from "@gov_approval/core/names";
import { leadOf, queryOf } from "@gov_approval/form/situation_guide";
import { ConditionEditor } from "@gov_approval/studio/condition/condition_editor";
import { conditionInWords } from "@gov_approval/studio/condition/condition_words";

const load = async (name) =>
    (await import(`/gov_approval/static/tests/${name}.json`, { with: { type: "json" } })).default;

describe.current.tags("desktop");
defineMailModels();
beforeEach(allowTranslations);

describe("trees of conditions", () => {
    test("follow the table that the server's kernel shares", async () => {
        const { cases, fields, unwritable } = await load("condition_cases");
        expect(cases.length).toBeGreaterThan(40);
        for (const { text, tree, written } of cases) {
            expect(toTree(text, fields)).toEqual(tree);
            expect(tree === null || toText(tree, fields) === (written ?? text)).toBe(true, {
                message: text,
            });
        }
        expect(unwritable.map((tree) => toText(tree, fields)).filter((text) => text !== null)).toEqual([]);
    });

    test("texts that are none of the language have no tree", async () => {
        const { fields } = await load("condition_cases");
        for (const text of ["area >", "import os", "gone == 1", "area == 'x", "f(area)", "{}", "a.b"]) {
            expect(toTree(text, fields)).toBe(null);
        }
    });

    test("are said in the words of the form", async () => {
        const { fields } = await load("condition_cases");
        expect(conditionInWords("kind == 'shop' and (chain or area > 5)", fields)).toBe(
            "“kind” is “商店” and (“chain” is Yes or “area” is more than 5)"
        );
        expect(conditionInWords("area * 2 > 5", fields)).toBe(null);
        expect(conditionInWords("", fields)).toBe("");
    });
});

test("names in texts are found and renamed, quoted ones left alone", () => {
    const text = "is_set(area) and name == 'area' or area_2 > area";
    expect([...namesIn(text)]).toEqual(["area", "name", "area_2"]);
    expect([...literalsIn(text)]).toEqual(["area"]);
    expect(renameIn(text, "area", "size")).toBe(
        "is_set(size) and name == 'area' or area_2 > size"
    );
    expect(renameIn("", "a", "b")).toBe("");
});

test("guided questions lead where the server's kernel says", async () => {
    const { form, materials, today, cases } = await load("guidance_cases");
    for (const { answers, ...expected } of cases) {
        const lead = leadOf(form, materials, answers, today);
        const codes = (rows) => rows.map(({ code }) => code);
        expect({
            asked: codes(lead.asked),
            next: lead.next?.code || "",
            materials: codes(lead.materials),
            open: codes(lead.openMaterials),
            sections: codes(lead.sections),
        }).toEqual(expected);
    }
    const values = { kind: "shop", chain: false, goods: ["rice", "wine"], area: "5" };
    const lead = leadOf(form, materials, values, today);
    expect(queryOf(lead, values)).toBe("kind=shop&chain=no&goods=rice&goods=wine");
});

describe("ConditionEditor", () => {
    const FIELDS = [
        { code: "area", label: "Area", type: "number" },
        {
            code: "kind",
            label: "Kind",
            type: "choice",
            options: [
                { code: "shop", label: "Shop" },
                { code: "canteen", label: "Canteen" },
            ],
        },
    ];

    class Parent extends Component {
        static template = xml`<ConditionEditor value="state.value" fields="fields" onChange.bind="change"/>`;
        static components = { ConditionEditor };
        static props = ["*"];
        setup() {
            this.fields = FIELDS;
            this.state = useState({ value: this.props.value });
        }
        change(value) {
            expect.step(value);
            this.state.value = value;
        }
    }

    async function mount(value, problem = "") {
        onRpc("gov.item.version", "check_condition", () => ({ problem }));
        await mountWithCleanup(Parent, { props: { value } });
    }

    test("a condition is built without typing an expression", async () => {
        await mount("");
        await click(".gov-cond-begin");
        await animationFrame();
        expect.verifySteps([]);
        expect(".gov-cond-note").toHaveCount(1);
        await contains(".gov-cond-field").select("kind");
        await contains(".gov-cond-operator").select("is");
        await contains("select.gov-cond-value").select("shop");
        expect.verifySteps(["kind == 'shop'"]);
        await click("[data-add-row]");
        await animationFrame();
        expect.verifySteps([]);
        await contains(".gov-cond-row:eq(1) .gov-cond-field").select("area");
        await contains(".gov-cond-row:eq(1) .gov-cond-operator").select("at_least");
        await click(".gov-cond-row:eq(1) input");
        await edit("30");
        await animationFrame();
        expect.verifySteps(["kind == 'shop' and area >= 3", "kind == 'shop' and area >= 30"]);
        await contains(".gov-cond-join select").select("any");
        expect.verifySteps(["kind == 'shop' or area >= 30"]);
        expect(queryAllTexts(".gov-cond-sentence")).toEqual([
            "“Kind” is “Shop” or “Area” is at least 30",
        ]);
    });

    test("Enter adds a row, Alt and an arrow moves one", async () => {
        await mount("area > 1 and area < 9");
        await click(".gov-cond-row:eq(0) input");
        await press("Enter");
        await animationFrame();
        expect(".gov-cond-row").toHaveCount(3);
        await click(".gov-cond-row:eq(1) .gov-cond-remove");
        await animationFrame();
        expect.verifySteps(["area > 1 and area < 9"]);
        await click(".gov-cond-row:eq(1) input");
        await press(["alt", "arrowup"]);
        await animationFrame();
        expect.verifySteps(["area < 9 and area > 1"]);
    });

    test("what rows cannot show stays a text, and the server says what is wrong", async () => {
        await mount("area * 2 > 10", "A sentence.");
        expect(queryOne("textarea").value).toBe("area * 2 > 10");
        await advanceTime(500);
        await animationFrame();
        expect(".gov-cond-problem").toHaveText("A sentence.");
        expect.verifySteps([]);
    });
});

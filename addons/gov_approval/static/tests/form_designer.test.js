import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { click, edit, press, queryAllAttributes, queryAllTexts } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import { Component, useState, xml } from "@odoo/owl";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { allowTranslations, contains, mountWithCleanup, onRpc } from "@web/../tests/web_test_helpers";
import { FormDesigner } from "@gov_approval/studio/form/form_designer";
import {
    addField,
    blankField,
    codeProblem,
    moveField,
    optionUsesOf,
    removalProblem,
    renameField,
    shiftField,
    usesOf,
} from "@gov_approval/studio/form/form_edit";

const field = (code, type, section, more = {}) => ({
    ...blankField(code, code.toUpperCase(), section, type),
    ...more,
});
const options = ["shop", "canteen"].map((code) => ({ code, label: code }));

const makePack = () => ({
    form: {
        sections: [
            { code: "main", name: "Main", visible_if: "" },
            { code: "more", name: "More", visible_if: "kind == 'canteen'" },
        ],
        fields: [
            field("kind", "choice", "main", { options }),
            field("area", "number", "main", { constraint: "area > 0 and area < 'area'" }),
            field("people", "table", "more", {
                columns: [field("cook", "yes_no", "", { visible_if: "area > 5 and kind != 'shop'" })],
            }),
        ],
    },
    materials: [{ code: "m1", name: "Plan", needed_if: "area > 100" }],
    flow: {
        nodes: [{ code: "a", name: "Accept" }, { code: "b", name: "Decide" }],
        edges: [{ source: "a", target: "b", condition: "kind == 'shop'" }],
    },
    documents: [{ kind: "notice", name: "Notice", body: "<p>{{ area }} {{kind}} area</p>" }],
});
const codes = (pack) => pack.form.fields.map(({ code, section }) => `${section}/${code}`);

describe.current.tags("desktop");
defineMailModels();
beforeEach(allowTranslations);

describe("changes to the form", () => {
    test("a renamed code is renamed wherever the pack names it", () => {
        const pack = renameField(makePack(), "area", "size");
        expect(pack.form.fields[1].code).toBe("size");
        expect(pack.form.fields[1].constraint).toBe("size > 0 and size < 'area'");
        expect(pack.form.fields[2].columns[0].visible_if).toBe("size > 5 and kind != 'shop'");
        expect(pack.materials[0].needed_if).toBe("size > 100");
        expect(pack.documents[0].body).toBe("<p>{{ size }} {{kind}} area</p>");
        const again = renameField(pack, "kind", "sort");
        expect(again.form.sections[1].visible_if).toBe("sort == 'canteen'");
        expect(again.flow.edges[0].condition).toBe("sort == 'shop'");
        expect(usesOf(again, "kind")).toEqual([]);
        expect(usesOf(again, "area")).toEqual([]);
    });

    test("a field in use is kept, and the sentence names the places", () => {
        const pack = makePack();
        const problem = removalProblem(pack, pack.form.fields[1]);
        for (const place of ["COOK", "Plan", "Notice"]) {
            expect(problem).toInclude(place);
        }
        expect(problem).not.toInclude("field “AREA”");
        expect(removalProblem(pack, pack.form.fields[2])).toBe("");
        expect(optionUsesOf(pack, "kind", "shop")).toHaveLength(2);
        expect(optionUsesOf(pack, "kind", "stall")).toEqual([]);
    });

    test("codes are explicit: unique, plain, no word of the language", () => {
        const pack = makePack();
        for (const code of ["area", "cook", "Area", "面积", "1a", "and", "count", "", "a".repeat(61)]) {
            expect(codeProblem(pack, code)).not.toBe("");
        }
        expect(codeProblem(pack, "size")).toBe("");
        const [added, code] = addField(pack, "text", "面积", "main");
        expect(code).toBe("text_1");
        expect(addField(added, "text", "面积", "main")[1]).toBe("text_2");
    });

    test("fields move inside and between sections", () => {
        const pack = makePack();
        expect(codes(moveField(pack, "area", "main", "kind"))).toEqual(["main/area", "main/kind", "more/people"]);
        expect(codes(moveField(pack, "kind", "more"))).toEqual(["main/area", "more/people", "more/kind"]);
        expect(codes(shiftField(pack, "area", 1))).toEqual(["main/kind", "more/area", "more/people"]);
        expect(codes(shiftField(pack, "people", -1))).toEqual(["main/kind", "main/area", "main/people"]);
        expect(shiftField(pack, "kind", -1)).toBe(pack);
        expect(codes(addField(pack, "date", "Day", "main", "area")[0])).toEqual(["main/kind", "main/date_1", "main/area", "more/people"]);
    });
});

describe("FormDesigner", () => {
    class Parent extends Component {
        static template = xml`<FormDesigner t-props="common" pack="state.pack" onChange.bind="change"/>`;
        static components = { FormDesigner };
        static props = ["*"];
        setup() {
            this.state = useState({ pack: makePack() });
            this.common = {
                words: { field_types: [["text", "Text"], ["number", "Numeric"], ["choice", "Choice"], ["yes_no", "Yes or no"], ["table", "Table"]] },
                preview: { form: { sections: [], fields: [] }, checks: [] },
                focus: {},
                head: {},
                isReadonly: false,
                flush: () => {},
            };
            last = this.state;
        }
        change(pack) {
            this.state.pack = pack;
        }
    }
    let last = null;
    const shown = () => queryAllAttributes(".gov-fd-field", "data-code");

    async function mount() {
        onRpc("gov.item.version", "check_condition", () => ({ problem: "" }));
        await mountWithCleanup(Parent);
    }

    test("a type that is clicked is added behind the chosen section, its label ready to type", async () => {
        await mount();
        await click(".gov-fd-type[data-type='text']");
        await animationFrame();
        expect(shown()).toEqual(["kind", "area", "text_1", "people"]);
        expect("[data-label]").toBeFocused();
        await edit("面积说明");
        await animationFrame();
        expect(last.pack.form.fields[2].label).toBe("面积说明");
        expect(last.pack.form.fields[2].code).toBe("text_1");
    });

    test("types and fields are dragged to their place", async () => {
        await mount();
        await contains(".gov-fd-type[data-type='number']").dragAndDrop(".gov-fd-field[data-code='area']");
        await animationFrame();
        expect(shown()).toEqual(["kind", "number_1", "area", "people"]);
        await contains(".gov-fd-field[data-code='kind']").dragAndDrop(".gov-fd-field[data-code='people']");
        await animationFrame();
        expect(last.pack.form.fields.find(({ code }) => code === "kind").section).toBe("more");
    });

    test("the keyboard moves, removes and goes on", async () => {
        await mount();
        await click(".gov-fd-field[data-code='kind']");
        await animationFrame();
        document.querySelector(".gov-fd-field[data-code='kind']").focus();
        await press(["alt", "arrowdown"]);
        await animationFrame();
        expect(shown()).toEqual(["area", "kind", "people"]);
        await press("Delete");
        await animationFrame();
        expect(".gov-fd-problem").toHaveCount(1);
        expect(shown()).toEqual(["area", "kind", "people"]);
        await press("Enter");
        await animationFrame();
        expect(".gov-fd-field[data-code='people']").toBeFocused();
        await press("Delete");
        await animationFrame();
        expect(shown()).toEqual(["area", "kind"]);
    });

    test("a code is renamed everywhere by its box, and a taken one refused", async () => {
        await mount();
        await click(".gov-fd-field[data-code='area']");
        await animationFrame();
        await contains("[data-code='1'].font-monospace").edit("kind");
        await animationFrame();
        expect(queryAllTexts(".gov-fp-problem")[0]).toInclude("KIND");
        expect(last.pack.form.fields[1].code).toBe("area");
        await contains("[data-code='1'].font-monospace").edit("size");
        await animationFrame();
        expect(last.pack.materials[0].needed_if).toBe("size > 100");
        expect(".gov-fd-field.is-on code").toHaveText("size");
    });
});

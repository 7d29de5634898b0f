import { describe, expect, test } from "@odoo/hoot";
import { click, edit, press, queryAll, queryAllTexts, queryOne } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import { Component, useState, xml } from "@odoo/owl";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { contains, mountWithCleanup } from "@web/../tests/web_test_helpers";
import { FormState, withDefaults } from "@gov_approval/form/form_state";
import { FormRenderer } from "@gov_approval/form/form_renderer";

const field = (code, type = "text", more = {}) => ({
    code,
    label: code.toUpperCase(),
    section: "main",
    type,
    ...more,
});
const options = (...codes) => codes.map((code) => ({ code, label: code.toUpperCase() }));

const FORM = {
    sections: [
        { code: "main", name: "Main" },
        { code: "wine", name: "Wine", visible_if: "'wine' in goods" },
    ],
    fields: [
        field("kind", "choice", { required: true, options: options("shop", "canteen") }),
        field("area", "number", { help: "In square metres" }),
        field("kitchen", "number", { visible_if: "area > 20", required_if: "kind == 'canteen'" }),
        field("goods", "choices", { options: options("rice", "wine") }),
        field("licence", "certificate", { section: "wine", required: true }),
        field("phone", "phone"),
        field("people", "table", {
            max: 2,
            columns: [
                field("person", "text", { required: true }),
                field("cook", "yes_no"),
                field("health", "certificate", { visible_if: "cook and kind == 'canteen'" }),
            ],
        }),
    ],
};

class Parent extends Component {
    static template = xml`<FormRenderer t-props="state" onChange.bind="change"/>`;
    static components = { FormRenderer };
    static props = ["*"];
    setup() {
        this.state = useState({ form: FORM, today: "2026-03-15", values: {}, ...this.props });
    }
    change(values) {
        this.state.values = values;
    }
}

const mount = (props = {}) => mountWithCleanup(Parent, { props });
const paths = () => queryAll("[data-path]").map((element) => element.dataset.path);
const input = (path) => `[data-path='${path}'] :is(input, textarea, select)`;

describe.current.tags("desktop");
defineMailModels();

describe("state", () => {
    const visible = (form, values) =>
        new FormState(form, values, "2026-03-15").sections.flatMap(({ fields }) =>
            fields.map(({ code }) => code)
        );

    test("a hidden field is unset for others", () => {
        const form = {
            sections: [],
            fields: [
                field("a", "yes_no"),
                field("b", "text", { visible_if: "a" }),
                field("c", "text", { visible_if: "is_set(b)" }),
            ],
        };
        expect(visible(form, { b: "x" })).toEqual(["a"]);
        expect(visible(form, { a: true, b: "x" })).toEqual(["a", "b", "c"]);
    });

    test("undecidable conditions hide, failing ones show, loops end", () => {
        const form = {
            fields: [
                field("a", "number"),
                field("b", "text", { visible_if: "1 / a > 0" }),
                field("c", "text", { visible_if: "is_set(c)" }),
            ],
        };
        expect(visible(form, {})).toEqual(["a"]);
        expect(visible(form, { a: "0", c: "x" })).toEqual(["a", "b", "c"]);
        expect(visible(form, { a: "１,000.5" })).toEqual(["a", "b"]);
        expect(visible(form, { a: "many" })).toEqual(["a"]);
    });

    test("blank rows do not count, and materials follow the answers", () => {
        const state = new FormState(FORM, { people: [{}, { person: " " }], area: "30" }, "2026-01-01");
        expect(state.lookup("people")).toEqual([]);
        const materials = [
            { code: "a", required: "always", needed_if: "area > 20" },
            { code: "b", required: "always", needed_if: "count(people) > 0" },
            { code: "c", required: "optional" },
        ];
        expect(state.neededMaterials(materials).map(({ code }) => code)).toEqual(["a"]);
    });

    test("defaults are given to fields that were never answered", () => {
        const form = { fields: [field("a", "text", { default: "x" }), field("b")] };
        expect(withDefaults(form, {})).toEqual({ a: "x" });
        expect(withDefaults(form, { a: "" })).toEqual({ a: "" });
    });
});

describe("renderer", () => {
    test("fields and sections come and go with the answers", async () => {
        const parent = await mount();
        expect(paths()).toEqual(["kind", "area", "goods", "phone", "people"]);
        await contains(input("area")).edit("20.5");
        expect(paths()).toInclude("kitchen");
        expect(input("kitchen")).not.toHaveAttribute("aria-required");
        await contains("[data-path='kind'] label:contains(CANTEEN)").click();
        expect(input("kitchen")).toHaveAttribute("aria-required", "true");
        await contains("[data-path='goods'] label:contains(WINE)").click();
        expect(queryAllTexts("h2")).toEqual(["Main", "Wine"]);
        expect(parent.state.values).toEqual({ area: "20.5", kind: "canteen", goods: ["wine"] });
    });

    test("rows are added, filled and removed", async () => {
        const parent = await mount();
        await contains("[data-add]").click();
        expect(input("people.0.person")).toBeFocused();
        await edit("Zhang");
        await contains("[data-add]").click();
        await contains(input("people.1.person")).edit("Li");
        expect("[data-add]").toHaveProperty("disabled", true);
        await contains("[data-row='0'] .gov-form-remove").click();
        expect("[data-add]").toBeFocused();
        expect(input("people.0.person")).toHaveValue("Li");
        expect(parent.state.values).toEqual({ people: [{ person: "Li" }] });
    });

    test("conditions of a row see the row and the form", async () => {
        await mount({ values: { kind: "canteen", people: [{ cook: true }, { cook: false }] } });
        expect(paths()).toInclude("people.0.health");
        expect(paths()).not.toInclude("people.1.health");
        await contains("[data-path='kind'] label:contains(SHOP)").click();
        expect(paths()).not.toInclude("people.0.health");
    });

    test("labels, help and errors are bound to the inputs", async () => {
        await mount({
            values: { people: [{}] },
            errors: { area: "Too small", "people.0.person": "Missing", gone: "Reload" },
        });
        await animationFrame();
        const area = queryOne(input("area"));
        expect(area).toBeFocused();
        expect(queryOne(`label[for='${area.id}']`)).toHaveText("AREA");
        expect(area).toHaveAttribute("aria-invalid", "true");
        const described = area.getAttribute("aria-describedby").split(" ");
        expect(described.map((id) => document.getElementById(id).textContent)).toEqual([
            "In square metres",
            "Too small",
        ]);
        expect(queryAllTexts("[role='alert']")).toEqual(["Reload", "Too small", "Missing"]);
        await edit("30");
        await animationFrame();
        expect(queryAllTexts("[role='alert']")).toEqual(["Reload", "Missing"]);
    });

    test("a comfort check speaks once the field was left", async () => {
        await mount();
        await click(input("phone"));
        await edit("12345");
        await animationFrame();
        expect("[data-path='phone'] [role='alert']").toHaveCount(0);
        await press("Tab");
        await animationFrame();
        expect("[data-path='phone'] [role='alert']").toHaveCount(1);
        expect(input("phone")).toHaveAttribute("inputmode", "tel");
    });

    test("an optional choice can be taken back", async () => {
        const parent = await mount({ values: { people: [{ cook: true }] } });
        await contains("[data-path='people.0.cook'] .gov-form-clear").click();
        expect(parent.state.values).toEqual({ people: [{ cook: null }] });
        expect("[data-path='people.0.cook'] input:checked").toHaveCount(0);
        expect("[data-path='people.0.cook'] input:first").toBeFocused();
    });

    test("read only shows words and no input", async () => {
        await mount({
            readonly: true,
            values: { kind: "shop", goods: ["rice", "wine"], people: [{ person: "Li", cook: false }] },
        });
        expect("input, select, textarea, button").toHaveCount(0);
        expect("[data-path='kind'] .gov-form-value").toHaveText("SHOP");
        expect("[data-path='goods'] .gov-form-value").toHaveText("RICE, WINE");
        expect("[data-path='people.0.cook'] .gov-form-value").toHaveText("No");
        expect("[data-path='area'] .gov-form-value").toHaveText("—");
    });

    test("the server's answers replace what was typed", async () => {
        const parent = await mount();
        await contains(input("area")).edit("１２");
        parent.state.values = { area: "12" };
        await animationFrame();
        expect(input("area")).toHaveValue("12");
    });
});

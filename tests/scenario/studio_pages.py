"""The item studio (事项设计器) as a person works on it: every click and key is counted."""

from playwright.sync_api import expect


class Studio:
    """The open studio."""

    def __init__(self, hand):
        self.hand, self.page = hand, hand.page

    @property
    def editor(self):
        """The part that is open."""
        return self.page.locator(".o_gov_studio_editor")

    def open(self, part):
        """A part of the item, by its place in the list on the left."""
        self.hand.click(self.page.locator(f"[data-part='{part}']"))
        expect(self.editor).to_have_attribute("data-open", part)

    def saved(self):
        """Every change has reached the server."""
        expect(self.page.locator(".o_gov_studio_status")).to_have_class(
            "o_gov_studio_status is-saved"
        )

    def problems(self):
        """The sentences of the checks that keep the version from being published."""
        return self.page.locator(".o_gov_studio_checks .is-fail span").all_inner_texts()

    # ------------------------------------------------------------------- fields

    def field(self, place):
        """An entry by its place."""
        return self.editor.locator(f".o_gov_pack_field[data-place='{place}']")

    def write(self, place, text):
        """A text or a number."""
        self.hand.write(self.field(place).locator("input, textarea").first, text)

    def press(self, place, *labels):
        """Buttons or ticks by their words."""
        for label in labels:
            self.hand.click(self.field(place).get_by_text(label, exact=True))

    def pick(self, place, label):
        """An entry of a list."""
        self.hand.pick(self.field(place).locator("select"), label)

    # --------------------------------------------------------------------- rows

    def rows(self, button, texts):
        """One row for each text: a click for the first, Enter for the next ones."""
        add = self.page.get_by_role("button", name=button)
        rows = self.editor.locator(".o_gov_rows", has=add).locator(".o_gov_row")
        there = rows.count()
        self.hand.click(add)
        for number, text in enumerate(texts):
            if number:
                self.key("Enter")
            cell = rows.nth(there + number).locator("[data-key]").first
            expect(cell).to_be_focused()
            self.type(text)
            expect(cell).to_have_value(text)

    def cell(self, number, key):
        """A cell of the list that is open."""
        return self.editor.locator(f".o_gov_row[data-index='{number}'] [data-key='{key}']")

    def more(self, number):
        """The particulars of a row."""
        row = self.editor.locator(f".o_gov_row[data-index='{number}']")
        self.hand.click(row.get_by_role("button", name="更多"))

    # ----------------------------------------------------------------- keyboard

    def key(self, name):
        """One key."""
        self.page.keyboard.press(name)
        self.hand.keys += 1

    def type(self, text):
        """Text where the cursor stands."""
        self.page.keyboard.insert_text(text)
        self.hand.keys += self.hand.count_keys(text)

    # --------------------------------------------------------------- conditions

    def condition(self, place, field):
        """A condition of one row: that a question of yes or no is answered by yes."""
        self.hand.click(place.locator(".gov-cond-begin"))
        self.hand.pick(place.locator(".gov-cond-field"), field)

    # --------------------------------------------------------------------- flow

    def add_step(self, spot, what):
        """Something new at a “+” of the picture."""
        with self.page.expect_response(lambda answer: "edit_flow" in answer.url):
            self.hand.click(self.editor.locator(".o_gov_flow_spot").nth(spot))
            self.hand.click(self.page.locator(f".o_gov_flow_menu .is-{what}"))
        self.saved()

    def choose_step(self, code):
        """A step of the picture, by its code."""
        self.hand.click(self.editor.locator(f".o_gov_flow_node[data-node='{code}']"))

"""Small page objects of the journey, and the hand that works on them and counts what it does."""

import base64
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import expect

#: Keystroke-Level Model (Card, Moran, Newell 1980) for a practised hand, in seconds.
CLICK, KEY = 1.1, 0.28
#: Keys for one Chinese character typed in pinyin, the choice of the word included.
KEYS_A_CHARACTER = 3
#: Clicks to hand in a file: open the picker, choose the file, confirm.
CLICKS_A_FILE = 3

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
DESK = {"viewport": {"width": 1366, "height": 768}}
CHINESE = {"locale": "zh-CN", "timezone_id": "Asia/Shanghai", "device_scale_factor": 2}
#: Milliseconds until a page that does not come counts as failed; machines differ, pages do not.
PATIENCE = 60_000
# Without a proxy in front, a worker cannot take the web client's websocket; pages work without it.
_EXPECTED = ("websocket",)
#: Reads the QR code on the first page of a PDF as a camera does: from the picture of the page, held
#: over its lower left corner from several distances.
_SCAN = """async (text) => {
    await import("/web/static/lib/pdfjs/build/pdf.js");
    await new Promise((resolve) => {
        const script = document.createElement("script");
        script.src = "/web/static/lib/zxing-library/zxing-library.js";
        script.onload = resolve;
        document.head.append(script);
    });
    const pdfjs = globalThis.pdfjsLib;
    pdfjs.GlobalWorkerOptions.workerSrc = "/web/static/lib/pdfjs/build/pdf.worker.js";
    const data = Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
    const page = await (await pdfjs.getDocument({ data }).promise).getPage(1);
    const look = async (scale) => {
        const viewport = page.getViewport({ scale });
        const canvas = document.createElement("canvas");
        canvas.width = viewport.width / 4;
        canvas.height = viewport.height / 3;
        const transform = [1, 0, 0, 1, 0, canvas.height - viewport.height];
        const canvasContext = canvas.getContext("2d");
        await page.render({ canvasContext, transform, viewport }).promise;
        const picture = new ZXing.HTMLCanvasElementLuminanceSource(canvas);
        const bitmap = new ZXing.BinaryBitmap(new ZXing.HybridBinarizer(picture));
        return new ZXing.QRCodeReader().decode(bitmap).getText();
    };
    const refusals = [];
    for (const scale of [1.5, 2, 2.5, 3, 3.5, 4, 5, 6]) {
        try {
            return await look(scale);
        } catch (error) {
            refusals.push(`${scale}: ${error}`);
        }
    }
    throw new Error(refusals.join());
}"""


@dataclass
class Hand:
    """One person's browser: every click and key is counted, every complaint of a page is kept."""

    page: object
    url: str
    clicks: int = 0
    keys: int = 0
    complaints: list = field(default_factory=list)

    @classmethod
    def new(cls, browser, url, screen):
        """A browser of its own on a screen of this kind, in Chinese."""
        context = browser.new_context(**CHINESE, **screen)
        context.set_default_timeout(PATIENCE)
        hand = cls(context.new_page(), url)
        context.on("console", hand._hear)
        context.on("weberror", lambda error: hand.complaints.append(str(error.error)))
        return hand

    def _hear(self, message):
        text = f"{message.text} {message.location.get('url', '')}"
        if message.type == "error" and not any(part in text for part in _EXPECTED):
            self.complaints.append(text)

    @property
    def seconds(self) -> float:
        """What the model says the counted clicks and keys take."""
        return self.clicks * CLICK + self.keys * KEY

    def counted(self) -> tuple[int, int]:
        """Clicks and keys since the last call of this."""
        done, self.clicks, self.keys = (self.clicks, self.keys), 0, 0
        return done

    def go(self, path):
        """Open an address (not counted: links and bookmarks are)."""
        self.page.goto(self.url + path)

    def click(self, target):
        """One click or tap."""
        target.click()
        self.clicks += 1

    def write(self, target, text):
        """A tap into the field, and the text in place of what is there."""
        target.fill(text)
        self.clicks += 1
        self.keys += self.count_keys(text)

    @staticmethod
    def count_keys(text) -> int:
        """Keys that a text takes."""
        return sum(1 if char.isascii() else KEYS_A_CHARACTER for char in text)

    def pick(self, select, label):
        """An entry of a list: one tap opens it, one chooses."""
        select.select_option(label=label)
        self.clicks += 2

    def add_file(self, target, path):
        """A file from the device."""
        with self.page.expect_file_chooser() as chooser:
            target.click()
        chooser.value.set_files(path)
        self.clicks += CLICKS_A_FILE

    def download(self, target) -> bytes:
        """What a link gives."""
        with self.page.expect_download() as download:
            self.click(target)
        with open(download.value.path(), "rb") as file:
            return file.read()

    def scan(self, pdf) -> str:
        """The text of the QR code on a PDF; a page of the centre must be open."""
        return self.page.evaluate(_SCAN, base64.b64encode(pdf).decode())

    def sign_in(self, login, password):
        """The sign-in page that is open."""
        self.write(self.page.locator("input[name=login]"), login)
        self.write(self.page.locator("input[name=password]"), password)
        self.click(self.page.locator(".oe_login_form button[type=submit]").first)

    def path(self) -> str:
        """Path of the page that is open."""
        return urlsplit(self.page.url).path

    def shoot(self, folder, name, full=False):
        """A screenshot for the eye, when a folder for it was given; `full` is the whole page."""
        if folder:
            folder.mkdir(parents=True, exist_ok=True)
            style = ".gov-bar { position: static !important }" if full else ""
            self.page.screenshot(path=folder / f"{name}.png", full_page=full, style=style)


class Guide:
    """List of items and guide (事项列表、服务指南)."""

    def __init__(self, hand):
        self.hand, self.page = hand, hand.page

    def search(self, words):
        """Search the list of items."""
        self.hand.write(self.page.locator("input[name=search]"), words)
        self.hand.click(self.page.locator(".gov-search button[type=submit]"))
        self.page.wait_for_url("**/gov?**")

    def open_item(self, code):
        """Open the guide of an item of the list."""
        self.hand.click(self.page.locator(f".gov-item[href$='/{code}']"))
        expect(self.page.locator(".gov-guide")).to_be_visible()

    def apply(self):
        """Press 在线办理."""
        self.hand.click(self.page.locator(".gov-bar .btn-primary"))


class Situation:
    """Guided questions before filing (情形引导)."""

    def __init__(self, hand):
        self.hand, self.page = hand, hand.page

    def answer(self, code, *words):
        """Answer the question that is asked now, by the words on the screen."""
        question = self.page.locator(f"[data-question='{code}']")
        for text in words:
            choice = question.locator(".gov-situation-choice")
            self.hand.click(choice.filter(has=self.page.get_by_text(text, exact=True)))
        if question.locator(".gov-situation-on").count():
            self.hand.click(question.locator(".gov-situation-on"))

    def materials(self):
        """Codes of the materials on the list."""
        rows = self.page.locator(".gov-situation-materials [data-material]").all()
        return [row.get_attribute("data-material") for row in rows]

    def apply(self):
        """Press 在线办理; the answers go along."""
        self.hand.click(self.page.locator(".gov-situation-result a.btn-primary"))


class ApplicationForm:
    """The application form (申请表)."""

    def __init__(self, hand):
        self.hand, self.page = hand, hand.page

    def question(self, code):
        """The block of one question."""
        return self.page.locator(f".gov-form-field[data-path='{code}']")

    def answer(self, code, text):
        """Answer in the way in which the question is asked; choices by the words on the screen."""
        question = self.question(code)
        if question.locator("select").count():
            self.hand.pick(question.locator("select"), text)
        elif question.locator(".gov-form-choice").count():
            self.hand.click(question.locator(".gov-form-choice", has_text=text))
        else:
            self.hand.write(question.locator("input, textarea"), text)

    def answer_and_leave(self, code, text):
        """Answer, come back when the server has the answer: what was filled in is still there."""

        def has_it(answer):
            return answer.url.endswith("/save") and f'"{code}":"{text}"' in answer.request.post_data

        with self.page.expect_response(has_it):
            self.answer(code, text)
        self.page.reload()
        expect(self.question(code).locator("input")).to_have_value(text)

    def materials(self):
        """Codes of the materials that the form asks for now."""
        blocks = self.page.locator(".gov-material[data-material]").all()
        return [block.get_attribute("data-material") for block in blocks]

    def add_file(self, code, path):
        """Hand in one file for a material, and wait until it is there."""
        block = self.page.locator(f'.gov-material[data-material="{code}"]')
        self.hand.add_file(block.locator(".gov-pick").first, path)
        expect(block.locator(".gov-files a")).to_have_count(1)

    def hand_in(self):
        """Confirm that it is true (Art. 31) and hand in."""
        self.hand.click(self.page.locator(".gov-declare input"))
        self.hand.click(self.page.locator(".gov-submit button[type=submit]"))
        self.page.wait_for_url("**/filed")


class CaseDesk:
    """Work queue and case page of the staff (工作台、办件页)."""

    def __init__(self, hand):
        self.hand, self.page = hand, hand.page

    def row(self, number):
        """The line of a case in the work queue."""
        return self.page.locator(".o_gov_queue .o_data_row", has_text=number)

    def open_case(self, number):
        """Open a case from the work queue."""
        self.hand.click(self.row(number).locator("[name=number]"))
        expect(self.page.locator(".o_gov_act")).to_be_visible()

    def write(self, name, text):
        """Write one of the inputs of the act; the box has the focus already or takes a click."""
        self.hand.write(self.page.locator(f".o_gov_act [name={name}]"), text)

    def name_officer(self, name):
        """Name a further officer of the visit."""
        self.hand.click(self.page.locator(".o_gov_act .o_gov_chip", has_text=name))

    def perform(self) -> int:
        """Press the one button of the act; returns the clicks that it took."""
        self.hand.counted()
        self.hand.click(self.page.locator(".o_gov_act_main"))
        expect(self.page.locator(".o_gov_done")).to_be_visible()
        return self.hand.counted()[0]

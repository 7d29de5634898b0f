"""One case through all roles in the browser: from the guide on a phone to a verified certificate.

A real server with two workers, real PostgreSQL, real Chromium, everything in Chinese.  GOV_SHOTS
names a folder for screenshots.
"""

import io
import os
import re
import shutil
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from pages import DESK, PHONE, ApplicationForm, CaseDesk, Guide, Hand, Situation
from playwright.sync_api import expect, sync_playwright
from PyPDF2 import PdfReader

ITEM = "gaoling-food-business-new"
CREDIT_CODE = "92510199MA6DBBB26A"
MOBILE = "13800000001"
#: Question, answer as it reads on the screen.  The third question is asked only of some applicants.
ANSWERS = (
    ("applicant_kind", "个体工商户"),
    ("applicant_name", "云溪区好味小吃店"),
    ("applicant_credit_code", CREDIT_CODE),
    ("representative_name", "杨秀英"),
    ("applicant_phone", MOBILE),
    ("applicant_address", "云溪区中心街20号"),
    ("premises_address", "云溪区政务大道88号"),
    ("area", "46"),
    ("kitchen_area", "12"),
    ("premises_right", "自有"),
    ("safety_manager", "杨秀英"),
    ("staff_count", "2"),
)
#: Asked before filing, and taken over into the form.
GUIDED = (
    ("has_agent", "否"),
    ("main_form", "餐饮服务经营者"),
    ("business_items", "热食类食品制售"),
    ("has_vending", "否"),
)
MATERIALS = ("m1", "m2", "m3")
PRACTISED_HAND = 120  # seconds from the open guide to the application handed in
BROWSERS = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")


@pytest.fixture(scope="module")
def browser(browser_environment):
    """The Chromium that the runtime provides."""
    path = browser_environment["PATH"]
    program = next(filter(None, (shutil.which(name, path=path) for name in BROWSERS)))
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=program,
            env=dict(os.environ) | browser_environment,
            args=["--no-sandbox", "--disable-dev-shm-usage"],
        )
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def shots():
    """The folder for screenshots, if one is wanted."""
    return Path(os.environ["GOV_SHOTS"]) if os.environ.get("GOV_SHOTS") else None


class Cast:
    """The people of the journey, each with a browser of their own."""

    def __init__(self, browser, server):
        self.browser, self.server, self.hands = browser, server, []
        self.passwords = {login: password for _role, login, password in server.logins}

    def enter(self, screen):
        """Somebody opens a browser."""
        self.hands.append(Hand.new(self.browser, self.server.url, screen))
        return self.hands[-1]

    @contextmanager
    def officer(self, login):
        """An officer signs in and sees the work queue."""
        hand = self.enter(DESK)
        hand.go("/web/login")
        hand.sign_in(login, self.passwords[login])
        expect(hand.page.locator(".o_gov_queue")).to_be_visible(timeout=60_000)
        hand.counted()
        yield CaseDesk(hand)
        hand.page.context.close()

    def complaints(self):
        """What the browsers' consoles complained about."""
        return [line for hand in self.hands for line in hand.complaints]


@pytest.fixture
def cast(browser, server):
    """Everybody."""
    return Cast(browser, server)


@pytest.fixture
def paper(tmp_path):
    """A PDF to hand in."""
    path = tmp_path / "申请材料.pdf"
    path.write_bytes(b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n")
    return path


def test_from_the_guide_to_a_verified_certificate(cast, paper, shots, capsys):
    applicant = cast.enter(PHONE)
    number = apply_on_a_phone(cast, applicant, paper, shots)
    clicks, keys, seconds = applicant.clicks, applicant.keys, applicant.seconds
    with capsys.disabled():
        print(f"\napplicant: {clicks} clicks, {keys} keys, about {seconds:.0f} s")
    assert seconds < PRACTISED_HAND

    follow_on_a_phone(applicant, number, shots)
    handle_in_the_offices(cast, number, shots)
    certificate = download_the_certificate(applicant, number)
    verify_as_anybody(cast, certificate, shots)
    assert cast.complaints() == []


def apply_on_a_phone(cast, hand, paper, shots):
    """Search, guide, sign in, form, file, hand in; returns the case number."""
    hand.go("/gov")
    assert hand.page.locator("html").get_attribute("lang") == "zh-CN"
    guide = Guide(hand)
    guide.search("食品")
    hand.shoot(shots, "01-items")
    guide.open_item(ITEM)
    hand.shoot(shots, "02-guide")
    hand.shoot(shots, "02-guide-full", full=True)
    guide.apply()
    situation = Situation(hand)
    for code, text in GUIDED:
        situation.answer(code, text)
    assert situation.materials() == list(MATERIALS)
    hand.shoot(shots, "02-situation", full=True)
    situation.apply()
    hand.sign_in("applicant", cast.passwords["applicant"])
    hand.click(hand.page.locator("form[action$='/apply'] button"))

    form = ApplicationForm(hand)
    expect(form.question("applicant_name")).to_be_visible(timeout=30_000)
    expect(form.question("kitchen_area")).to_be_visible()  # answered before filing
    for code, text in ANSWERS[:-1]:
        form.answer(code, text)
    form.answer_and_leave(*ANSWERS[-1])
    expect(form.question("kitchen_area")).to_be_visible()
    expect(form.question("lease_until")).to_have_count(0)
    assert form.materials() == list(MATERIALS)
    hand.shoot(shots, "03-form")
    for code in MATERIALS:
        form.add_file(code, paper)
    hand.shoot(shots, "04-form-full", full=True)
    form.hand_in()
    number = hand.page.locator(".gov-filed dd").first.inner_text()
    assert re.fullmatch(r"510199\d{12,}", number)
    hand.shoot(shots, "05-filed")
    return number


def follow_on_a_phone(hand, number, shots):
    """The page of the case says how many working days are left."""
    hand.go(f"/my/gov/cases/{number}")
    expect(hand.page.locator(".gov-left")).to_contain_text(re.compile(r"\d+\s*个工作日"))
    hand.shoot(shots, "06-tracking")


def handle_in_the_offices(cast, number, shots):
    """Accept, visit, review, sign, deliver: one click each, beside what must be written."""
    with cast.officer("clerk") as desk:
        expect(desk.row(number)).to_contain_text(re.compile(r"\d+\s*个工作日"))
        desk.hand.shoot(shots, "07-queue")
        desk.open_case(number)
        desk.hand.shoot(shots, "08-case")
        assert desk.perform() == 1
    with cast.officer("reviewer") as desk:
        desk.open_case(number)
        desk.name_officer("刘洋")
        desk.write("opinion", "布局、设备与申报一致，操作区面积相符。")
        desk.hand.shoot(shots, "09-visit")
        assert desk.perform() == 1
        desk.write("opinion", "材料齐全，符合许可条件。")
        assert desk.perform() == 1
        desk.hand.shoot(shots, "10-reviewed")
    with cast.officer("chief") as desk:
        desk.open_case(number)
        desk.write("opinion", "准予许可。")
        desk.hand.shoot(shots, "11-sign")
        assert desk.perform() == 1
    with cast.officer("clerk") as desk:
        desk.open_case(number)
        assert desk.perform() == 1
        desk.hand.shoot(shots, "12-delivered")


def download_the_certificate(hand, number):
    """The applicant has a certificate as PDF; returns its bytes."""
    hand.go(f"/my/gov/cases/{number}")
    expect(hand.page.locator(".gov-verdict-word")).to_contain_text("准予")
    content = hand.download(hand.page.locator(".gov-files a", has_text="食品经营许可证"))
    assert content.startswith(b"%PDF") and len(content) > 10_000
    return content


def verify_as_anybody(cast, certificate, shots):
    """By the QR code, and by number and code: valid, and nobody's identity is told."""
    if shots:
        (shots / "certificate.pdf").write_bytes(certificate)
    text = PdfReader(io.BytesIO(certificate)).pages[0].extract_text()
    number = re.search(r"编号：\s*(\S+)", text)[1]
    code = re.search(r"查验码：\s*(\S+)", text)[1]

    hand = cast.enter(PHONE)
    hand.go("/gov/verify")
    address = urlsplit(hand.scan(certificate))
    hand.go(address.path)
    check_public_facts(hand, number)
    hand.shoot(shots, "13-verified")

    hand.go("/gov/verify")
    hand.write(hand.page.locator("#gov_number"), number)
    hand.write(hand.page.locator("#gov_code"), code)
    hand.click(hand.page.locator(".gov-question button"))
    check_public_facts(hand, number)


def check_public_facts(hand, number):
    """The verdict names the certificate; no id number, phone or credit code is on the page."""
    verdict = hand.page.locator(".gov-verdict")
    expect(verdict).to_have_class(re.compile("is-good"))
    expect(verdict).to_contain_text(number)
    expect(verdict).to_contain_text("云溪区好味小吃店")
    html = hand.page.content()
    assert not re.search(r"(?<!\d)\d{17}[\dXx](?!\d)", html)
    for secret in (CREDIT_CODE, MOBILE, "杨秀英"):
        assert secret not in html

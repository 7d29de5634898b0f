"""A joint review in the browser: two departments answer from their own work queues (联合审查).

The case goes on when both have spoken; the department in charge reads who said what, the applicant
only how many have answered.
"""

import re
from urllib.parse import urlsplit

from crowd import Person
from pages import PHONE
from playwright.sync_api import expect
from test_journey import browser, cast, shots  # noqa: F401 - fixtures

ITEM = "yunxi-riverside-market"
MATERIALS = ("m1", "m2")
ANSWERS = {
    "applicant_kind": "enterprise",
    "applicant_name": "云溪区晨光餐饮有限公司",
    "applicant_credit_code": "91510199MA6DAAA13E",
    "applicant_phone": "13800000002",
    "applicant_address": "云溪区建设路16号",
    "representative_name": "徐建",
    "has_agent": False,
    "market_name": "清溪河早市",
    "stalls": "40",
    "has_food": False,
    "site_address": "云溪区滨河路西段",
    "area": "600",
    "river_distance": "20",
    "begins_on": "2099-05-01",
    "ends_on": "2099-05-31",
}
AGREED = "摊位在河道管理范围以外，不影响行洪。"
OBJECTED = "拟设位置堵塞食品市场的消防通道。"


def test_two_departments_answer_and_the_case_goes_on(cast, server, shots):  # noqa: F811
    number = apply_online(server)
    with cast.officer("clerk") as desk:
        desk.open_case(number)
        desk.perform()
    with cast.officer("reviewer_city") as desk:
        expect(desk.page.locator(".o_gov_queue")).to_be_visible()
        expect(desk.row(number)).to_have_count(0)  # it waits for the two departments
    with cast.officer("reviewer_water") as desk:
        desk.open_case(number)
        desk.hand.shoot(shots, "joint-asked")
        desk.write("opinion", AGREED)
        desk.perform()
    tell_the_applicant(cast, number, shots)
    with cast.officer("reviewer") as desk:
        desk.open_case(number)
        expect(desk.page.locator(".o_gov_review")).to_contain_text(AGREED)
        desk.write("opinion", OBJECTED)
        desk.write("basis", "《食品安全法》第三十三条")
        desk.hand.shoot(shots, "joint-objecting")
        object_ = desk.page.locator(".o_gov_act_buttons button", has_text=re.compile("^不同意"))
        desk.hand.click(object_)
        # The review is over: the department has no more part in the case, and is told so.
        expect(desk.page.locator(".o_notification")).to_be_visible()
        expect(desk.page.locator(".o_gov_number", has_text=number)).to_have_count(0)
    with cast.officer("reviewer_city") as desk:
        desk.open_case(number)
        review = desk.page.locator(".o_gov_review")
        expect(review).to_contain_text(AGREED)
        expect(review).to_contain_text(OBJECTED)
        desk.hand.shoot(shots, "joint-both")
        desk.write("opinion", "市场监管部门反对，建议另选位置。")
        desk.perform()
    assert cast.complaints() == []
    check_history(server, number)


def apply_online(server):
    """A complete application over HTTP; returns the number of the case."""
    person = Person(server, "applicant2")
    token = person.open_form(ITEM)
    assert person.fill_in(token, ANSWERS).outcome == "accepted"
    for material in MATERIALS:
        assert person.upload(token, material).outcome == "accepted"
    told = person.hand_in(token)
    assert told.outcome == "accepted", told
    return re.search(r"(?<!\d)510199\d{14}(?!\d)", person.get(urlsplit(told.text).path).text)[0]


def tell_the_applicant(cast, number, shots):  # noqa: F811
    """How far it is, and not what a department wrote."""
    hand = cast.enter(PHONE)
    hand.go("/web/login")
    hand.sign_in("applicant2", cast.passwords["applicant2"])
    hand.go(f"/my/gov/cases/{number}")
    page = hand.page.locator("main")
    expect(page).to_contain_text(re.compile(r"2\s*个部门"))
    expect(page).not_to_contain_text(AGREED)
    hand.shoot(shots, "joint-applicant", full=True)


def check_history(server, number):
    """Two opinions, one of them an objection, and the review is over."""
    rows = server.sql(
        "SELECT d.code, o.outcome, o.is_active FROM gov_case_opinion o"
        " JOIN gov_case c ON c.id = o.case_id JOIN gov_department d ON d.id = o.department_id"
        f" WHERE c.number = '{number}' ORDER BY d.code"
    )
    assert rows == [["market", "object", "f"], ["water", "agree", "f"]]

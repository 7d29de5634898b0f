"""The buttons of a template item, pressed in the browser: a local item made, an update pushed."""

from client import Client
from pages import DESK, Hand
from playwright.sync_api import expect
from test_journey import browser, shots  # noqa: F401 - fixtures
from test_studio_journey import sign_in

TEMPLATE = "zhongmu-drainage-permit"
LOCAL = "qingshui-drainage-permit"


def open_item(browser, server, login, item):  # noqa: F811
    """The page of an item, as its reader sees it."""
    hand = Hand.new(browser, server.url, DESK)
    sign_in(hand, server, login)
    hand.go(f"/odoo/gov-items/{item}")
    expect(hand.page.locator(".o_form_view [name=name] input").first).to_be_visible()
    return hand


def button(hand, name):
    return hand.page.locator(f"button[name={name}]:visible")


def test_made_by_the_town_and_pushed_by_the_district(browser, server, shots):  # noqa: F811
    template = int(server.sql(f"SELECT id FROM gov_item WHERE code = '{TEMPLATE}'")[0][0])

    town = open_item(browser, server, "manager_town", template)
    for name in ("action_new_version", "action_another_draft", "action_push_template"):
        expect(button(town, name)).to_have_count(0)
    town.click(button(town, "action_make_local"))
    code = town.page.locator(".o_field_widget[name=code] input")
    expect(code).not_to_have_value(TEMPLATE)
    town.write(code, LOCAL)
    town.shoot(shots, "template-local")
    with town.page.expect_response(lambda answer: "web_save" in answer.url):
        town.click(town.page.locator(".o_form_button_save"))
    expect(town.page.locator(".o_field_widget[name=template_state_text]")).to_be_visible()
    made = f"""SELECT i.template_id, v.template_version_id, v.id FROM gov_item i
        JOIN gov_item_version v ON v.item_id = i.id WHERE i.code = '{LOCAL}'"""
    [[follows, begun, draft]] = server.sql(made)
    assert int(follows) == template

    publish_next(server, template)
    district = open_item(browser, server, "manager", template)
    town.page.reload()
    expect(button(town, "action_take_template")).to_be_visible()
    district.shoot(shots, "template-push")
    with district.page.expect_response(lambda answer: "action_push_template" in answer.url):
        district.click(button(district, "action_push_template"))
    expect(district.page.locator(".o_notification, .modal").first).to_be_visible()
    district.shoot(shots, "template-pushed")
    [[_follows, since, same]] = server.sql(made)
    assert same == draft and since != begun
    district.page.reload()
    expect(button(district, "action_make_local")).to_be_visible()
    expect(button(district, "action_push_template")).to_have_count(0)  # nobody waits any more
    assert town.complaints == district.complaints == []


def publish_next(server, template):
    """The district puts the next version of the template in force."""
    manager = Client(server, "manager")
    action = manager.call("gov.item", "action_new_version", [template])["result"]
    ids = [action["context"]["active_id"]]
    found = manager.call("gov.item.version", "studio_load", ids)["result"]
    found["pack"]["guide"]["deadline_note"] = "自受理之日起计算"
    saved = manager.call("gov.item.version", "studio_save", ids, found["pack"], found["revision"])
    assert "result" in saved, saved
    published = manager.call("gov.item.version", "action_publish", ids)
    assert "result" in published, published

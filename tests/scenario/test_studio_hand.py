"""What a person relies on in the item studio: undo, nothing lost, nobody overwritten, a phone."""

import time

import pytest
from client import Client
from pages import DESK, PHONE, Hand
from playwright.sync_api import expect
from studio_pages import Studio
from test_journey import browser, shots  # noqa: F401 - fixtures
from test_studio_journey import password_of

ITEM = "loudi-road-excavation"
#: Seconds in which a change reaches the database on a slow machine.
A_SAVE = 30
PARTS = "basics situations form materials flow limits fees documents guide tests".split()


@pytest.fixture(scope="module")
def draft(server):
    """The draft of an item that is in force: what two people work on."""
    manager = Client(server, "manager")
    item = int(server.sql(f"SELECT id FROM gov_item WHERE code = '{ITEM}'")[0][0])
    action = manager.call("gov.item", "action_new_version", [item])["result"]
    return {"item": item, "version": action["context"]["active_id"]}


@pytest.fixture
def studio(browser, server, draft, request):  # noqa: F811
    """The studio of the draft, open at the periods."""
    hand = Hand.new(browser, server.url, getattr(request, "param", DESK))
    hand.go("/web/login")
    hand.sign_in("manager", password_of(server, "manager"))
    expect(hand.page.locator(".o_main_navbar")).to_be_visible(timeout=60_000)
    hand.go(f"/odoo/gov-items/{draft['item']}")
    hand.click(hand.page.locator("button[name=action_new_version]:visible"))
    expect(hand.page.locator(".o_gov_studio")).to_be_visible()
    opened = Studio(hand)
    opened.open("limits")
    yield opened
    assert hand.complaints == []
    hand.page.context.close()


def promised(server, draft):
    """The promised period as it is stored."""
    query = f"SELECT promised_value FROM gov_item_version WHERE id = {draft['version']}"
    return server.sql(query)[0][0]


def wait_for(server, draft, value):
    """Until the promised period is stored."""
    deadline = time.monotonic() + A_SAVE
    while (found := promised(server, draft)) != value:
        assert time.monotonic() < deadline, f"{found} is stored, not {value}"
        time.sleep(0.1)


def expect_promised(studio, value):
    expect(studio.field("promised_value").locator("input")).to_have_value(value)


def write_as_a_colleague(server, draft, value):
    """Somebody else of the department changes the draft in a studio of their own."""
    colleague = Client(server, "admin_centre")
    ids = [draft["version"]]
    found = colleague.call("gov.item.version", "studio_load", ids)["result"]
    found["pack"]["periods"]["promised"]["value"] = value
    answer = colleague.call(
        "gov.item.version", "studio_save", ids, found["pack"], found["revision"]
    )
    assert "result" in answer, answer


def test_undo_and_redo_reach_the_server(studio, server, draft):
    before = promised(server, draft)
    studio.write("promised_value", "7")
    wait_for(server, draft, "7")
    studio.key("Control+z")
    expect_promised(studio, before)
    wait_for(server, draft, before)
    studio.key("Control+y")
    expect_promised(studio, "7")
    wait_for(server, draft, "7")
    studio.hand.click(studio.page.get_by_role("button", name="撤销"))
    expect_promised(studio, before)
    wait_for(server, draft, before)


def test_the_second_of_two_people_is_told_and_overwrites_nothing(studio, server, draft, shots):  # noqa: F811
    write_as_a_colleague(server, draft, 11)
    studio.write("promised_value", "5")
    message = studio.page.locator(".o_gov_studio_message")
    expect(message).to_contain_text("他人已修改")
    studio.hand.shoot(shots, "studio-conflict")
    assert promised(server, draft) == "11"
    # Leaving asks first, and staying keeps what was typed.
    studio.hand.click(studio.page.get_by_role("button", name="返回事项"))
    dialog = studio.page.locator(".modal")
    expect(dialog).to_contain_text("他人已修改")
    studio.hand.click(dialog.locator("button.btn-secondary"))
    expect(dialog).to_have_count(0)
    expect_promised(studio, "5")
    studio.hand.click(message.locator("button"))
    expect_promised(studio, "11")
    studio.saved()
    studio.write("promised_value", "5")
    wait_for(server, draft, "5")


def test_a_broken_connection_loses_nothing(studio, server, draft):
    studio.write("promised_value", "4")
    wait_for(server, draft, "4")
    context, page = studio.page.context, studio.page
    context.set_offline(True)
    studio.write("promised_value", "8")
    expect(page.locator(".o_gov_studio_status.is-offline")).to_be_visible()
    asked = []
    page.once("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.evaluate("() => { location.href = '/gov'; }")
    page.wait_for_timeout(1000)
    assert asked == ["beforeunload"]
    assert promised(server, draft) == "4"
    context.set_offline(False)
    wait_for(server, draft, "8")
    studio.hand.complaints.clear()  # the browser's own lines on requests without a connection


def test_what_changes_and_what_it_would_have_done(studio, server, draft, shots):  # noqa: F811
    studio.write("promised_value", "9")
    studio.hand.click(studio.page.locator("button[name=compare]"))
    dialog = studio.page.locator(".modal")
    expect(dialog).to_contain_text("9个工作日")  # what was typed a moment ago is compared
    studio.hand.shoot(shots, "studio-comparison")
    studio.hand.click(dialog.locator(".btn-close"))
    studio.hand.click(studio.page.locator("button[name=replay]"))
    expect(dialog.locator(".progress")).to_be_visible()
    studio.hand.shoot(shots, "studio-replay")
    assert promised(server, draft) == "9"


@pytest.mark.parametrize("studio", [PHONE], indirect=True)
def test_every_part_fits_on_a_phone(studio, shots):  # noqa: F811
    for part in PARTS:
        studio.open(part)
        studio.hand.shoot(shots, f"studio-phone-{part}")
        wide = studio.page.evaluate(
            """() => [...document.querySelectorAll(".o_gov_studio, .o_gov_studio_editor")]
                .filter((el) => el.scrollWidth > el.clientWidth + 1)
                .map((el) => `${el.className}: ${el.scrollWidth} in ${el.clientWidth}`)"""
        )
        assert wide == [], part
    expect(studio.page.locator(".o_gov_studio_view")).to_be_visible()

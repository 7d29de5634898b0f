"""The drainage permit from an empty item to a published version, in the studio, in the browser.

With a condition, a branch, a joint review, a fee and a document, and without typing an expression.
Every click and key is counted; the keystroke-level model says how long a person needs.
"""

import json
import re

from pages import CLICK, DESK, KEY, Hand
from playwright.sync_api import expect
from studio_pages import Studio
from test_journey import browser, shots  # noqa: F401 - fixtures

#: Deciding what to do before each click (M of the keystroke-level model), in seconds.
THINK = 1.35
A_PERSON = 30 * 60
NAME = "城镇污水排入排水管网许可"
FEE, WATER = "污水处理费-非居民 (Y-017)", "日排水量（立方米）"
KEY_POLLUTER = "是否列入重点排污单位名录"
BASIS = "《城镇排水与污水处理条例》第二十一条"
CONDITIONS = (
    "排放口设置符合城镇排水与污水处理规划",
    "按规定建设预处理设施和水质、水量检测设施",
    "排放污水符合国家或地方排放标准",
)
MATERIALS = (
    "城镇污水排入排水管网许可申请表",
    "内部排水管网、专用检测井、污水排放口位置和口径的图纸及说明",
    "按规定建设污水预处理设施的材料",
    "排水隐蔽工程竣工报告",
    "水质、水量检测报告",
    "主要水污染物排放自动监测设备材料",
)


def test_a_clerk_builds_and_publishes_the_drainage_permit(browser, server, shots, capsys):  # noqa: F811
    hand = Hand.new(browser, server.url, DESK)
    sign_in(hand, server, "manager")
    hand.counted()
    studio = begin(hand)
    write_basics(studio)
    write_form(studio)
    write_materials(studio)
    draw_flow(studio)
    hand.shoot(shots, "studio-flow")
    write_limits_fees_and_guide(studio)
    write_document(studio)
    studio.saved()
    hand.click(hand.page.locator("button[name=publish]"))
    expect(hand.page.locator(".o_gov_studio_message")).to_be_visible()
    hand.shoot(shots, "studio-checks")
    problems = studio.problems()
    assert len(problems) == 1 and "授权书" in problems[0], problems

    file_mandate(server)
    hand.click(hand.page.locator("button[name=publish]"))
    hand.click(hand.page.locator(".o_gov_publish button.btn-primary"))
    expect(hand.page.locator(".o_gov_studio_head .badge.text-bg-success")).to_be_visible()
    hand.shoot(shots, "studio-published")
    check_definition(server)

    seconds = hand.clicks * (CLICK + THINK) + hand.keys * KEY
    with capsys.disabled():
        print(
            f"\nitem manager: {hand.clicks} clicks, {hand.keys} keys, about"
            f" {seconds / 60:.0f} minutes (keystroke-level model: {CLICK} s a click and {THINK} s"
            f" to decide on it, {KEY} s a key)"
        )
    assert seconds < A_PERSON
    assert hand.complaints == []


def password_of(server, login):
    return next(password for _role, name, password in server.logins if name == login)


def sign_in(hand, server, login):
    hand.go("/web/login")
    hand.sign_in(login, password_of(server, login))
    expect(hand.page.locator(".o_main_navbar")).to_be_visible(timeout=60_000)


def begin(hand):
    """A new item: a name and one button lead into the studio."""
    hand.go("/odoo/gov-items")
    hand.click(hand.page.locator(".o_list_button_add").first)
    hand.write(hand.page.locator(".o_field_widget[name=name] input"), NAME)
    hand.click(hand.page.locator("button[name=action_new_version]:visible"))
    expect(hand.page.locator(".o_gov_studio")).to_be_visible()
    return Studio(hand)


def write_basics(studio):
    studio.pick("power_type", "行政许可")
    studio.pick("exercise_level", "县（区）级")
    studio.press("item_kind", "承诺件")
    studio.press("objects", "企业", "个体工商户")
    studio.press("result_type", "证照")
    studio.write("result_name", "城镇污水排入排水管网许可证")
    studio.press("result_validity_unit", "年")
    studio.write("result_validity_value", "5")
    studio.rows("添加依据", ["城镇排水与污水处理条例"])
    for text in ("第二十一条", "国务院令第641号"):
        studio.key("Tab")
        studio.type(text)
    studio.rows("添加条件", CONDITIONS)


def write_form(studio):
    """Questions from the palette; one is asked of key polluters only."""
    studio.open("form")
    for kind, label in (
        ("address", "排水户地址"),
        ("number", WATER),
        ("yes_no", KEY_POLLUTER),
        ("text", "自动监测设备编号"),
    ):
        studio.hand.click(studio.editor.locator(f".gov-fd-type[data-type={kind}]"))
        expect(studio.editor.locator("[data-label]")).to_be_focused()
        studio.type(label)
    shown_if = studio.editor.locator(".gov-fp-part", has_text="显示条件")
    studio.condition(shown_if, KEY_POLLUTER)


def write_materials(studio):
    studio.open("materials")
    studio.rows("添加材料", MATERIALS)
    for number, _name in enumerate(MATERIALS):
        studio.hand.write(studio.cell(number, "originals"), "1")
    studio.hand.pick(studio.cell(4, "required"), "以告知承诺替代")
    studio.more(5)
    studio.condition(studio.editor.locator("[data-place=needed_if]"), KEY_POLLUTER)


def draw_flow(studio):
    """Key polluters are reviewed jointly by two departments; all others by one reviewer."""
    studio.open("flow")
    hand, editor = studio.hand, studio.editor
    studio.add_step(0, "branch")
    studio.condition(editor.locator(".o_gov_flow_path").first, KEY_POLLUTER)
    hand.write(editor.locator(".o_gov_flow_panel input[name=name]"), "是否重点排污单位")
    studio.key("Tab")
    studio.add_step(1, "joint_review")
    departments = editor.locator("[data-department]")
    for number in range(2):
        hand.click(departments.nth(number))
    hand.write(editor.locator(".o_gov_flow_panel input[name=days]"), "3")
    studio.key("Tab")


def write_limits_fees_and_guide(studio):
    studio.open("limits")
    studio.write("statutory_value", "20")
    studio.write("promised_value", "10")
    studio.press("commitment_based", "是")
    studio.open("fees")
    studio.press("is_fee_charged", "收费")
    studio.hand.click(studio.page.get_by_role("button", name="添加收费项目"))
    studio.hand.pick(studio.cell(0, "fee_code"), FEE)
    expect(studio.cell(0, "basis")).to_have_value(re.compile("城镇排水与污水处理条例"))
    studio.more(0)
    studio.hand.pick(studio.page.locator(".o_gov_quantity select").first, WATER)
    studio.open("guide")
    studio.write("visits", "0")
    studio.write("quantity_limit", "无")
    studio.write("place", "政务服务中心一楼城管局窗口")
    studio.write("service_hours", "工作日9:00—17:00")
    studio.write("consult_phone", "0371-62122555")
    studio.write("complaint_phone", "12345")


def write_document(studio):
    """A receipt of its own, with an answer of the form in it."""
    studio.open("documents")
    studio.hand.pick(studio.page.locator("select[name=new_document]"), "收件凭证")
    text = studio.editor.locator(".odoo-editor-editable p").nth(1)
    studio.hand.click(text)
    studio.key("End")
    studio.hand.click(studio.editor.get_by_role("button", name="排水户地址"))
    expect(text).to_contain_text("{{ address_")


def file_mandate(server):
    """Meanwhile a chief representative is given the item; a mandate is no part of design."""
    server.sql(
        "INSERT INTO gov_item_gov_mandate_rel (gov_mandate_id, gov_item_id)"
        " SELECT m.id, i.id FROM gov_mandate m, gov_item i, res_users u"
        f" WHERE u.id = m.user_id AND u.login = 'chief' AND i.name = '{NAME}'"
        " AND i.department_id = m.department_id AND m.filed_on IS NOT NULL"
    )


def check_definition(server):
    """What was published is what was meant."""
    rows = server.sql(
        "SELECT definition FROM gov_item_version v JOIN gov_item i ON i.id = v.item_id"
        f" WHERE i.name = '{NAME}' AND v.state = 'published' ORDER BY v.id DESC LIMIT 1"
    )
    definition = json.loads(rows[0][0])
    kinds = [node["kind"] for node in definition["flow"]["nodes"]]
    assert "decision" in kinds and "joint_review" in kinds
    asked = next(field for field in definition["form"]["fields"] if field["label"] == KEY_POLLUTER)
    assert definition["materials"][5]["needed_if"] == asked["code"]
    assert [edge["condition"] for edge in definition["flow"]["edges"] if edge["condition"]] == [
        asked["code"]
    ]
    [fee] = definition["fees"]
    assert fee["fee_code"] and fee["basis"] and fee["standard"] and fee["quantities"]

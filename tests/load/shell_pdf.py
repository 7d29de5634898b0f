"""Milliseconds of CPU and kilobytes of one printed letter and one certificate (targets: 60, 60).

Run in `odoo shell` by `make bench`; nothing is stored.
"""

import time
from statistics import median

from markupsafe import Markup
from odoo.addons.gov_approval.models.document_words import say_date
from odoo.addons.gov_approval.report import engine

env = globals()["env"]
TEXT = (
    "<p>{name}：</p><p>你（单位）于2026年3月2日提出的“食品经营许可（新办）”申请，申请材料齐全、符合法定形式。"
    "依据《中华人民共和国行政许可法》第三十二条第一款第五项的规定，决定自2026年3月3日起予以受理。</p>"
    "<p>本事项的承诺办结时限至2026年3月17日，法定办结时限至2026年3月31日。{number}</p>{seal}"
)
NAMES = ("张记老味面馆", "泾渭街道便民超市", "渭河餐饮管理有限公司", "鹿苑烘焙坊", "通远食品店")


def draw(block, **values):
    return env["ir.qweb"]._render(f"gov_approval.gov_document_{block}", values)


def letter(position):
    """One letter that was never printed before."""
    organ, number = "某某区行政审批服务局", f"某审受字〔2026〕第{position:05d}号"
    day = say_date(env.cr.now().date())
    seal = draw("signature", organ=organ, date=day, seal="受理专用章", number="")
    text = TEXT.format(name=NAMES[position % len(NAMES)], number=number, seal=seal)
    values = {"organ": organ, "number": number, "title": "受理通知书", "case_number": number}
    return draw("letter", text=Markup(text), **values)


def certificate(position):
    """One certificate with its QR code."""
    name, number = NAMES[position % len(NAMES)], f"某审证字〔2026〕第{position:05d}号"
    holder = draw(
        "holder", is_person=False, name=name, code="91310115MA1K00027T", representative="张三",
        address="泾渭街道上林二路18号", item="食品经营许可（新办）", valid_from="2026年3月2日",
        valid_to="2031年3月1日",
    )  # fmt: skip
    marks = draw("qr", url=f"https://centre.example/gov/verify/{position:032d}", code="ABCDEFGHJK")
    seal = draw(
        "signature", organ="某某区行政审批服务局", date="2026年3月2日", seal="行政审批专用章",
        number="6101170012345",
    )  # fmt: skip
    return draw("certificate", title="食品经营许可证", number=number, text=holder + marks + seal)


for kind, write in (("letter", letter), ("certificate", certificate)):
    spent, sizes = [], []
    for position in range(21):
        document = env["gov.case.document"].new({"name": kind, "number": str(position)})
        document.body = write(position)
        start = time.process_time()
        content = document._render_pdf()
        spent.append((time.process_time() - start) * 1000)
        sizes.append(len(content) / 1024)
    print(
        f"pdf {kind}: first {spent[0]:.0f} ms, then {median(spent[1:]):.0f} ms CPU,"
        f" {median(sizes):.0f} KB, engine {engine.weasyprint.__version__}"
    )

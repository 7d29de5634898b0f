"""Marks that the code draws on a document when it is printed: the round seal and the QR code.

The frozen text of a document only says where they stand and what they say; a drawing of some
kilobytes would otherwise be kept with every text.
"""

from math import cos, pi, sin

import qrcode
from lxml import etree, html
from qrcode.constants import ERROR_CORRECT_M

SVG = "http://www.w3.org/2000/svg"
_RED = "#d8201c"
_FONT = "Noto Sans SC, Noto Sans CJK SC, sans-serif"


def place_marks(body: str) -> str:
    """The text of a document with its seal and its QR code drawn in."""
    root = html.fragment_fromstring(body, create_parent="div")
    for node in root.iterfind(".//*[@data-seal]"):
        words, number = node.get("data-words") or "", node.get("data-number") or ""
        node.append(seal(node.get("data-seal"), words, number))
    for node in root.iterfind(".//*[@data-qr]"):
        node.append(qr_code(node.get("data-qr")))
    return html.tostring(root, encoding="unicode")


def _svg(side):
    return etree.Element(
        "svg", viewBox=f"0 0 {side} {side}", width="100%", height="100%", xmlns=SVG
    )


def _text(parent, text, size, **attributes):
    node = etree.SubElement(parent, "text", attributes)
    node.set("font-size", f"{size:g}")
    node.set("font-family", _FONT)
    node.set("fill", _RED)
    node.set("text-anchor", "middle")
    node.text = text


def seal(organ: str, words: str, number: str = ""):
    """The round seal of an organ (公章): its name on the arc, a star, ``words`` below (专用章), the
    number of the seal at the edge."""
    svg = _svg(200)
    etree.SubElement(
        svg, "circle", {"stroke-width": "5"}, cx="100", cy="100", r="96", fill="none", stroke=_RED
    )
    points = [
        (100 + radius * sin(step * pi / 5), 96 - radius * cos(step * pi / 5))
        for step in range(10)
        for radius in [29 if step % 2 == 0 else 11.1]
    ]
    etree.SubElement(
        svg, "polygon", points=" ".join(f"{x:.1f},{y:.1f}" for x, y in points), fill=_RED
    )
    letters = organ.strip()[:28]
    size = max(11, min(25, 360 / max(len(letters), 1)))
    spread = min(252, 24 * max(len(letters) - 1, 0))
    for position, letter in enumerate(letters):
        angle = -spread / 2 + spread * position / max(len(letters) - 1, 1)
        turned = {"transform": f"rotate({angle:.2f} 100 100)"}
        _text(svg, letter, size, x="100", y=f"{11 + size:.1f}", **turned)
    if words:
        _text(svg, words[:12], min(17, 130 / len(words)), x="100", y="153")
    if number:
        _text(svg, number[:20], min(12, 150 / len(number)), x="100", y="175")
    return svg


def qr_code(text: str):
    """A QR code (level M) as one path of modules with the quiet zone around it."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=2)
    code.add_data(text)
    code.make(fit=True)
    matrix = code.get_matrix()
    runs = []
    for y, row in enumerate(matrix):
        x = 0
        while x < len(row):
            width = 0
            while x + width < len(row) and row[x + width]:
                width += 1
            if width:
                runs.append(f"M{x} {y}h{width}v1h-{width}z")
            x += width + 1
    svg = _svg(len(matrix))
    etree.SubElement(svg, "path", d="".join(runs), fill="#000")
    return svg

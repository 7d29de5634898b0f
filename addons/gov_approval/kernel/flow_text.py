"""Width and wrapping of short Chinese and Latin labels, without a font at hand."""

import unicodedata

#: Never at the beginning of a line (行首禁则).
_CLOSING = frozenset("，。、；：？！）》〉】〕”’…,.;:?!)]}%")
_OPENING = frozenset("（《〈【〔“‘([{")
#: Between the parts of a caption.
PART = " · "


def width(text: str) -> float:
    """The width of a text in em: 1 for a Chinese character, about half for a Latin one."""
    return sum(_width(char) for char in text)


def wrap(text: str, limit: float, lines: int) -> tuple[str, ...]:
    """Break a text into at most ``lines`` lines of ``limit`` em; what does not fit ends in “…”.

    A text in parts (“审核科 · 3个工作日”) is preferably broken between them.
    """
    text = printable(text)
    parts = text.split(PART)
    if len(parts) > 1 and width(text) > limit:
        rows = [row for part in parts for row in _filled(part, limit)]
        if len(rows) <= lines:
            return tuple(rows)
    rows = _filled(text, limit)
    if len(rows) > lines:
        last = rows[lines - 1]
        while last and width(last) > limit - 1:
            last = last[:-1]
        rows[lines - 1:] = [last + "…"]
    return tuple(rows)


def _filled(text: str, limit: float) -> list[str]:
    """Lines filled one after the other; two lines are evened out."""
    words = _words(text, limit)
    rows: list[str] = []
    row = ""
    for word in words:
        if row and width((row + word).rstrip()) > limit:
            rows.append(row.rstrip())
            row = ""
        row = row + word if row else word.lstrip()
    if row.strip():
        rows.append(row.rstrip())
    return _even(rows, words, limit)


def printable(text: str) -> str:
    """The text on one line, without characters that XML does not allow."""
    spaced = " ".join(str(text).split())
    return "".join(char for char in spaced if unicodedata.category(char) not in {"Cc", "Cs", "Cn"})


def _even(rows: list[str], words: list[str], limit: float) -> list[str]:
    """Avoid a last line of one character: two lines are cut about in the middle instead."""
    if len(rows) != 2 or width(rows[1]) >= width(rows[0]) / 2:
        return rows
    for place in range(1, len(words)):
        left, right = "".join(words[:place]).strip(), "".join(words[place:]).strip()
        if width(left) >= width(right):
            return [left, right] if right and width(left) <= limit else rows
    return rows


def _words(text: str, limit: float) -> list[str]:
    """Pieces that stay together: a Chinese character with its punctuation, a Latin word."""
    pieces: list[str] = []
    for char in text:
        last = pieces[-1] if pieces else ""
        together = last and (
            char in _CLOSING
            or last[-1] in _OPENING
            or (_is_latin(last[-1]) and (_is_latin(char) or last[-1].isdigit() and char != " "))
        )
        if together and width(last + char) <= limit:
            pieces[-1] += char
        else:
            pieces.append(char)
    return pieces


def _width(char: str) -> float:
    if not _is_narrow(char):
        return 1.0
    return 0.68 if char.isupper() or char in "%@&" else 0.56


def _is_latin(char: str) -> bool:
    """Whether the character belongs to a Latin word or a number."""
    return char != " " and _is_narrow(char)


def _is_narrow(char: str) -> bool:
    return unicodedata.east_asian_width(char) not in {"W", "F", "A"}

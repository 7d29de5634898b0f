"""Files handed in (上传): what a file *is* is read from its bytes, never from its name."""

import re
import unicodedata
import zlib
from dataclasses import dataclass

from .errors import KernelError, _lt

#: Accepted kinds: extension -> (media type, extensions that people use for it).
KINDS = {
    "pdf": ("application/pdf", ("pdf",)),
    "jpg": ("image/jpeg", ("jpg", "jpeg")),
    "png": ("image/png", ("png",)),
}
#: Largest picture in pixels: 20,000 × 20,000 would unpack to more than a gigabyte.
MAX_PIXELS = 60_000_000


@dataclass(frozen=True)
class Upload:
    """A checked file: kind, media type, and a name that is safe to show and to store."""

    kind: str
    mimetype: str
    name: str


def check(name: str, content: bytes, *, allowed, max_bytes: int) -> Upload:
    """The checked file; KernelError says why it is refused and what to do instead.

    ``allowed``: extensions of ``KINDS``; ``max_bytes``: limit of the material.
    """
    shown = safe_name(name)
    if not content:
        raise KernelError("upload.empty", file=shown)
    if len(content) > max_bytes:
        raise KernelError(
            "upload.too_large", file=shown, limit=max_bytes // 1024 // 1024, size=_mb(content)
        )
    kind = sniff(content)
    if kind is None or kind not in allowed:
        raise KernelError("upload.wrong_type", file=shown, allowed=", ".join(sorted(allowed)))
    mimetype, extensions = KINDS[kind]
    _CHECKS[kind](content, shown)
    stem, _dot, extension = shown.rpartition(".")
    if not stem or extension.lower() not in extensions:
        shown = f"{stem or extension}.{kind}"
    return Upload(kind, mimetype, shown)


def _mb(content):
    return f"{len(content) / 1024 / 1024:.1f}"


def safe_name(name: str) -> str:
    """A file name without path, control characters or direction marks, at most 120 characters."""
    text = unicodedata.normalize("NFC", str(name or "")).replace("\\", "/").split("/")[-1]
    text = "".join(c for c in text if unicodedata.category(c)[0] != "C" and c not in '<>:"|?*')
    text = text.strip(" .")
    if len(text) > 120:
        stem, _dot, extension = text.rpartition(".")
        text = f"{stem[:100]}.{extension[:10]}"
    return text or "file"


def sniff(content: bytes) -> str | None:
    """The kind by magic bytes at the very beginning, or None."""
    if content.startswith(b"%PDF-"):
        return "pdf"
    if content.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    return None


#: Active content that a submitted document has no need of.  Names this long do not turn up in
#: packed pictures by chance, so they are looked for in every byte of the file.
_PDF_ACTIVE = re.compile(
    rb"/(?:JavaScript|Launch|EmbeddedFiles?|RichMedia|SubmitForm|ImportData|GoToE|Rendition)"
    rb"(?![A-Za-z0-9])"
)
#: Short names count only where objects stand in plain text.
_PDF_FORM = re.compile(rb"/(?:XFA|JS)(?![A-Za-z0-9])")
#: An object stream begins with pairs of numbers: which object stands where.
_OBJECTS = re.compile(rb"\s*(?:%[^\r\n]*\s+)*\d+\s+\d+\s")
#: Objects of one stream, unpacked; ordinary ones have some kilobytes.
_MAX_OBJECTS = 16_000_000
#: Another file, or a script, behind or within a file.
_FOREIGN = re.compile(rb"PK\x03\x04|PK\x05\x06|<script|<\?php|<html|%PDF-", re.IGNORECASE)


def _check_pdf(content, shown):
    if b"%%EOF" not in content[-2048:]:
        raise KernelError("upload.damaged", file=shown)
    plain = _plain_names(content)
    if _PDF_ACTIVE.search(plain) or b"PK\x03\x04" in content[-65_558:]:
        raise KernelError("upload.active_content", file=shown)
    checked, outside, position = 0, [], 0
    for start, end in _streams(content):
        checked += _check_objects(content[start:end], shown)
        outside.append(content[position:start])
        position = end
    outside.append(content[position:])
    if _PDF_FORM.search(_plain_names(b"".join(outside))):
        raise KernelError("upload.active_content", file=shown)
    if plain.count(b"/ObjStm") > checked:
        raise KernelError("upload.protected", file=shown)


def _plain_names(content):
    """Names may be written with #xx escapes to hide them from a plain search."""
    return re.sub(rb"#([0-9A-Fa-f]{2})", lambda m: bytes([int(m.group(1), 16)]), content)


def _streams(content):
    """(start, end) of the data of every stream; each byte is looked at a few times at most."""
    position = content.find(b"stream")
    while position >= 0:
        start = position + 6
        end = content.find(b"endstream", start)
        if end < 0:
            return
        yield start, end
        position = content.find(b"stream", end + 9)


def _check_objects(data, shown) -> int:
    """1 if the stream holds objects, which are then checked; 0 for anything else."""
    unpacker = zlib.decompressobj()
    try:
        objects = unpacker.decompress(data.lstrip(b"\r\n"), 512)
        if not _OBJECTS.match(objects):
            return 0
        objects += unpacker.decompress(unpacker.unconsumed_tail, _MAX_OBJECTS)
    except zlib.error:
        return 0
    if unpacker.unconsumed_tail:
        raise KernelError("upload.active_content", file=shown)
    objects = _plain_names(objects)
    if _PDF_ACTIVE.search(objects) or _PDF_FORM.search(objects):
        raise KernelError("upload.active_content", file=shown)
    return 1


def _check_png(content, shown):
    position, seen_end = 8, False
    width = int.from_bytes(content[16:20], "big")
    height = int.from_bytes(content[20:24], "big")
    if content[12:16] != b"IHDR" or not 0 < width * height <= MAX_PIXELS:
        raise KernelError("upload.picture_too_large", file=shown)
    while position + 12 <= len(content) and not seen_end:
        length = int.from_bytes(content[position : position + 4], "big")
        chunk = content[position + 4 : position + 8 + length]
        crc = content[position + 8 + length : position + 12 + length]
        if len(crc) < 4 or zlib.crc32(chunk).to_bytes(4, "big") != crc:
            raise KernelError("upload.damaged", file=shown)
        seen_end = chunk[:4] == b"IEND"
        position += 12 + length
    if not seen_end:
        raise KernelError("upload.damaged", file=shown)
    if position != len(content):
        raise KernelError("upload.active_content", file=shown)


def _check_jpg(content, shown):
    """Phones put more pictures behind the first; archives and scripts are refused there."""
    position, has_frame = 2, False
    while position + 4 <= len(content):
        if content[position] != 0xFF:
            break
        marker = content[position + 1]
        if marker == 0xFF:
            position += 1
            continue
        length = int.from_bytes(content[position + 2 : position + 4], "big")
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            _check_frame(content[position + 5 : position + 9], shown)
            has_frame = True
        if marker == 0xDA:  # the picture itself follows, to the end-of-image mark
            end = content.find(b"\xff\xd9", position + 2 + length)
            if not has_frame or end < 0:
                break
            if _FOREIGN.search(content, end):
                raise KernelError("upload.active_content", file=shown)
            return
        if length < 2:
            break
        position += 2 + length
    raise KernelError("upload.damaged", file=shown)


def _check_frame(sides, shown):
    height, width = int.from_bytes(sides[:2], "big"), int.from_bytes(sides[2:], "big")
    if not 0 < width * height <= MAX_PIXELS:
        raise KernelError("upload.picture_too_large", file=shown)


_CHECKS = {"pdf": _check_pdf, "png": _check_png, "jpg": _check_jpg}

CODES = {
    "upload.empty": _lt("The file “%(file)s” is empty; choose the file again."),
    "upload.too_large": _lt(
        "“%(file)s” has %(size)s MB; at most %(limit)s MB are possible. Scan it with a lower"
        " resolution or split it."
    ),
    "upload.wrong_type": _lt(
        "“%(file)s” is not one of the accepted kinds (%(allowed)s). Save or scan it as one of them."
    ),
    "upload.damaged": _lt("“%(file)s” is damaged or incomplete; save or scan it again."),
    "upload.active_content": _lt(
        "“%(file)s” contains scripts or other files. Print it to a new PDF or picture and choose"
        " that."
    ),
    "upload.protected": _lt(
        "“%(file)s” is protected or packed so that it cannot be checked. Print it to a new PDF and"
        " choose that."
    ),
    "upload.picture_too_large": _lt(
        "The picture “%(file)s” has too many pixels; save it in a smaller size."
    ),
}

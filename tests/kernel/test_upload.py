"""Hostile files: what a file is is read from its bytes; what it hides is refused."""

import contextlib
import random
import struct
import time
import zlib

import pytest
from kernel.errors import KernelError
from kernel.upload import CODES, KINDS, check, safe_name, sniff

ALL = tuple(KINDS)
PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width=1, height=1, more=b"", end=b""):
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    body = chunk(b"IDAT", zlib.compress(b"\0\0\0\0"))
    return b"\x89PNG\r\n\x1a\n" + header + more + body + chunk(b"IEND", b"") + end


def segment(marker, data):
    return bytes([0xFF, marker]) + struct.pack(">H", len(data) + 2) + data


def jpg(width=1, height=1, before=b"", end=b"\xff\xd9"):
    frame = segment(0xC0, struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\0")
    scan = segment(0xDA, b"\x01\x01\0\0\x3f\0") + b"\x12\x34"
    return b"\xff\xd8" + before + frame + scan + end


def refused(content, name="a.pdf", allowed=ALL, max_bytes=1_000_000):
    with pytest.raises(KernelError) as caught:
        check(name, content, allowed=allowed, max_bytes=max_bytes)
    assert caught.value.code in CODES
    assert CODES[caught.value.code] % caught.value.params
    return caught.value.code


@pytest.mark.parametrize(("kind", "content"), [("pdf", PDF), ("png", png()), ("jpg", jpg())])
def test_good_files_get_their_true_kind_and_a_fitting_name(kind, content):
    mimetype = KINDS[kind][0]
    for name in ("plan.pdf", "plan.PNG", "plan.jpeg", "plan", "plan.exe", "", "../../plan.html"):
        upload = check(name, content, allowed=ALL, max_bytes=1_000_000)
        assert (upload.kind, upload.mimetype) == (kind, mimetype)
        assert upload.name.rpartition(".")[2].lower() in KINDS[kind][1]
        assert "/" not in upload.name


@pytest.mark.parametrize(
    "content",
    [
        b"<html><script>alert(1)</script></html>",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"MZ\x90\0" + b"\0" * 100,
        b"\x7fELF" + b"\0" * 100,
        b"PK\x03\x04" + b"\0" * 100,
        b"GIF89a" + b"\0" * 100,
        b"RIFF\0\0\0\0WEBPVP8 ",
        b"#!/bin/sh\n",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100,
        b"\0" + PDF,
        b"\n" + PDF,
        b"\xef\xbb\xbf" + PDF,
        b"%!PS-Adobe-3.0",
        b"%PDF",
        b"\xff\xd8",
    ],
)
def test_other_kinds_are_refused_whatever_their_name(content):
    for name in ("a.pdf", "a.png", "a.jpg", "a.pdf.png"):
        assert refused(content, name) in ("upload.wrong_type", "upload.damaged")


def test_only_the_kinds_of_the_material():
    assert refused(png(), "a.pdf", allowed=("pdf",)) == "upload.wrong_type"
    assert sniff(b"") is None
    assert refused(b"") == "upload.empty"
    assert refused(PDF + b" " * 2_000_000) == "upload.too_large"


@pytest.mark.parametrize(
    "trick",
    [
        b"/OpenAction<</S/JavaScript/JS(app.alert(1))>>",
        b"/AA<</O<</S/Launch/F(cmd.exe)>>>>",
        b"/Names<</EmbeddedFiles 3 0 R>>",
        b"/Type/EmbeddedFile",
        b"/S/J#61vaScript",
        b"/#4c#61unch",
        b"/AcroForm<</XF#41 4 0 R>>",
        b"/Subtype/RichMedia",
        b"/S/SubmitForm",
        b"/S/ImportData",
        b"/S/GoToE",
    ],
)
def test_pdf_with_active_content_is_refused(trick):
    content = PDF.replace(b"/Type/Catalog", b"/Type/Catalog" + trick)
    assert refused(content) == "upload.active_content"


def test_active_content_in_a_compressed_part_is_found():
    hidden = zlib.compress(b"4 0 <</S/JavaScript/JS(app.alert(1))>>" * 3)
    stream = b"5 0 obj<</Type/ObjStm/Filter/FlateDecode/Length %d>>stream\n%s\nendstream endobj\n"
    content = PDF.replace(b"trailer", stream % (len(hidden), hidden) + b"trailer")
    assert refused(content) == "upload.active_content"


def test_an_unpacking_bomb_is_refused_quickly():
    bomb = zlib.compress(b"4 0 " + b" " * 60_000_000)
    stream = b"5 0 obj<</Type/ObjStm/Filter/FlateDecode/Length %d>>stream\n%s\nendstream endobj\n"
    content = PDF.replace(b"trailer", stream % (len(bomb), bomb) + b"trailer")
    start = time.process_time()
    assert refused(content) == "upload.active_content"
    assert time.process_time() - start < 1


@pytest.mark.parametrize("packing", [b"/Filter/ASCIIHexDecode", b"/Filter/FlateDecode", b""])
def test_objects_that_cannot_be_looked_at_are_refused(packing):
    """Encrypted, or packed in a way of its own: what stands in it cannot be known."""
    stream = b"5 0 obj<</Type/ObjStm%s/Length 8>>stream\n\x91\x02zq83\x07v\nendstream endobj\n"
    content = PDF.replace(b"trailer", stream % packing + b"trailer")
    assert refused(content) == "upload.protected"


def test_large_scans_are_not_refused_by_chance():
    """Every three bytes occur in twenty megabytes of a packed picture."""
    noise = random.Random(7).randbytes(8_000_000) + b"/JS /XFA " * 100
    stream = b"5 0 obj<</Subtype/Image/Filter/DCTDecode>>stream\n%s\nendstream endobj\n"
    content = PDF.replace(b"trailer", stream % noise + b"trailer")
    start = time.process_time()
    assert check("a.pdf", content, allowed=ALL, max_bytes=20_000_000).kind == "pdf"
    assert time.process_time() - start < 2


def test_ordinary_words_are_no_active_content():
    page = zlib.compress(b"1 0 BT (JavaScript, Launch and /JSON) Tj ET")
    stream = b"5 0 obj<</Filter/FlateDecode/Length %d>>stream\n%s\nendstream endobj\n"
    content = PDF.replace(b"trailer", stream % (len(page), page) + b"trailer")
    assert check("a.pdf", content, allowed=ALL, max_bytes=1_000_000).kind == "pdf"
    assert check("a.pdf", PDF.replace(b"/Type", b"/JSX 1/Type"), allowed=ALL, max_bytes=10_000)


def test_two_files_in_one_are_refused():
    archive = b"PK\x03\x04" + b"\0" * 60 + b"PK\x05\x06" + b"\0" * 18
    assert refused(PDF + archive) == "upload.active_content"
    assert refused(png(end=b"<script>alert(1)</script>")) == "upload.active_content"
    assert refused(jpg(end=b"\xff\xd9" + archive)) == "upload.active_content"
    assert refused(jpg(end=b"\xff\xd9<?php system(1)?>" + b"\xff\xd9")) == "upload.active_content"


def test_cut_and_changed_files_are_refused():
    for good in (png(), jpg()):
        for end in range(1, len(good)):
            assert refused(good[:end]) != "upload.too_large"
    assert refused(PDF[:-8]) == "upload.damaged"
    broken = bytearray(png())
    broken[40] ^= 1
    assert refused(bytes(broken)) == "upload.damaged"


@pytest.mark.parametrize("make", [png, jpg])
def test_pictures_that_would_fill_the_memory_are_refused(make):
    assert refused(make(60_000, 60_000)) == "upload.picture_too_large"
    assert refused(make(0, 10)) in ("upload.picture_too_large", "upload.damaged")


def test_a_jpg_without_a_frame_is_refused():
    scan = segment(0xDA, b"\x01\x01\0\0\x3f\0")
    assert refused(b"\xff\xd8\xff" + scan[1:] + b"\x12\xff\xd9") == "upload.damaged"


def test_no_file_keeps_the_check_busy():
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
    start = time.process_time()
    for content in (
        b"\xff\xd8" + b"\xff\xe0\0\0" * 100_000,
        b"\xff\xd8" + b"\xff" * 900_000,
        b"\x89PNG\r\n\x1a\n" + header * 20_000,
        b"%PDF-" + b"/OpenAction <<" * 60_000 + b"%%EOF",
        b"%PDF-" + b"stream\n" * 100_000 + b"%%EOF",
        b"%PDF-" + b"stream endstream " * 50_000 + b"%%EOF",
        b"%PDF-" + b"#2f" * 300_000 + b"%%EOF",
        b"%PDF-stream\n" + zlib.compress(b"%\n" * 3_000_000) + b"endstream%%EOF",
    ):
        with contextlib.suppress(KernelError):
            check("a.pdf", content, allowed=ALL, max_bytes=10_000_000)
    assert time.process_time() - start < 4


def test_names_are_safe_to_show_and_to_store():
    assert safe_name("../../etc/passwd") == "passwd"
    assert safe_name("C:\\a\\b.pdf") == "b.pdf"
    assert safe_name("a\u202egnp.exe") == "agnp.exe"
    assert safe_name("a\r\nSet-Cookie: x\0.pdf") == "aSet-Cookie x.pdf"
    assert safe_name("<img src=x onerror=1>.png") == "img src=x onerror=1.png"
    assert safe_name("") == safe_name("...") == safe_name("/") == "file"
    assert len(safe_name("长" * 500 + ".pdf")) <= 120
    assert safe_name("长" * 500 + ".pdf").endswith(".pdf")
    assert safe_name("营业执照（副本）.jpg") == "营业执照（副本）.jpg"

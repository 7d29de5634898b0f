"""The archive: complete, readable elsewhere, and every change of it found and named."""

import io
import json
import re
import struct
import subprocess
import sys
import zipfile
from dataclasses import replace
from datetime import datetime

import polib
import pytest
import verify as command
from archive_samples import (
    ADDON,
    ARCHIVE,
    CASE,
    DEFINITION,
    FILES,
    PDFS,
    entries,
    filing,
    link,
    links,
    list_anew,
    payloads,
    program,
)
from hypothesis import example, given
from hypothesis import strategies as st
from kernel import archive, archive_build, archive_page, archive_zip, chain
from kernel import case as casefile

DIGEST = archive.sha256(ARCHIVE)


def codes(content, digest=None):
    """What verification finds; each finding must be sayable in both languages."""
    findings = archive.verify(content, digest)
    for finding in findings:
        assert archive.SENTENCES[finding.code] % finding.params
        assert command.CHINESE[finding.code] % finding.params
    return [finding.code for finding in findings]


def said(content):
    """The findings as English sentences."""
    return [archive.SENTENCES[f.code] % f.params for f in archive.verify(content)]


def changed(name, change):
    """Entries where one record was changed; it is spelled as it should be."""
    parts = entries()
    return parts | {name: archive.spell(change(json.loads(parts[name])))}


# ── what it is ───────────────────────────────────────────────────────────────────────────────


def test_an_archive_holds_and_is_the_same_every_time():
    assert codes(ARCHIVE) == codes(ARCHIVE, DIGEST) == codes(io.BytesIO(ARCHIVE)) == []
    assert archive_build.build(filing()) == ARCHIVE


def test_other_programs_read_it():
    with zipfile.ZipFile(io.BytesIO(ARCHIVE)) as opened:
        assert opened.testzip() is None
        assert opened.namelist() == list(entries())
        assert {name: opened.read(name) for name in opened.namelist()} == entries()


def test_everything_of_the_case_is_in_it():
    parts = entries()
    manifest = json.loads(parts[archive.MANIFEST])
    assert manifest["case"]["number"] == CASE["number"]
    assert manifest["head"] == {"sequence": 6, "digest": links()[-1].digest}
    assert [row["name"] for row in manifest["entries"]] == list(parts)[1:]
    assert json.loads(parts[archive.DEFINITION]) == DEFINITION
    assert [event["body"]["payload"] for event in json.loads(parts[archive.EVENTS])] == payloads()
    names = ("materials/001.pdf", "materials/002.png", "materials/003.bin")
    assert tuple(parts[name] for name in names) == FILES
    assert tuple(parts[f"documents/00{place}.pdf"] for place in (1, 2)) == PDFS
    assert not any(name.startswith("materials/004") for name in parts), "a paper has no file"


def test_the_page_is_readable_and_inert():
    page = entries()[archive.INDEX].decode()
    for part in (CASE["number"], "甲食品店 &lt;b&gt;", "收件 &amp; 登记", "纸质材料", "办理结果"):
        assert part in page
    assert 'href="documents/001.pdf"' in page
    assert not re.search(r"<script|<b>|https?:|src=|@import|url\(| on\w+=", page)
    assert "--digest" in archive_page.README


def test_a_case_counts_as_archived_until_its_history_goes_on():
    filed = casefile.Event("archive", datetime(2026, 11, 24, 9))
    checked = casefile.Event(
        "check_commitment", datetime(2027, 1, 5, 9), payload={"outcome": "kept"}
    )
    case = casefile.apply(DEFINITION, casefile.CaseFile(state="closed", check="open"), filed)
    assert case.archived_at == filed.at
    case = casefile.apply(DEFINITION, case, checked)
    assert case.archived_at is None
    assert casefile.apply(DEFINITION, case, filed).archived_at == filed.at


# ── every change is found ────────────────────────────────────────────────────────────────────


@given(st.integers(0, len(ARCHIVE) - 1), st.integers(1, 255))
def test_any_changed_byte_of_the_file_is_found(position, flip):
    content = bytearray(ARCHIVE)
    content[position] ^= flip
    assert codes(bytes(content))


def test_every_bit_of_the_container_is_accounted_for():
    """All places that no entry covers: headers, directory, end record."""
    content = archive_zip.pack({"a.json": b"{}", "documents/001.pdf": b"%PDF"})
    for position in range(len(content)):
        for bit in range(8):
            other = bytearray(content)
            other[position] ^= 1 << bit
            with pytest.raises(archive_zip.KernelError):
                archive_zip.unpack(bytes(other))


@given(st.integers(0, len(ARCHIVE) - 1))
def test_an_archive_cut_off_or_with_something_behind_it_is_found(length):
    assert codes(ARCHIVE[:length])
    assert codes(ARCHIVE + ARCHIVE[:length] + b"\0")


@given(st.data())
def test_any_changed_byte_of_an_entry_is_found_though_packed_anew(data):
    parts = entries()
    name = data.draw(st.sampled_from([name for name in parts if parts[name]]))
    content = bytearray(parts[name])
    content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
    found = archive.verify(archive_zip.pack(parts | {name: bytes(content)}))
    assert found
    if name != archive.MANIFEST:
        # the damaged entry itself is named, unless it is so damaged that nothing else is read
        assert {"entry": name} in [finding.params for finding in found]


def test_the_manifest_names_the_digest_that_is_used():
    manifest = json.loads(entries()[archive.MANIFEST]) | {"algorithm": "sm3"}
    other = entries() | {archive.MANIFEST: archive.spell(manifest)}
    assert codes(archive_zip.pack(other)) == ["archive.other_schema"]


@given(st.data())
def test_dropped_added_and_exchanged_entries_are_found(data):
    parts = entries()
    first, second = data.draw(st.lists(st.sampled_from(list(parts)), min_size=2, max_size=2))
    dropped = {name: content for name, content in parts.items() if name != first}
    assert codes(archive_zip.pack(dropped))
    assert codes(archive_zip.pack(parts | {"materials/900.pdf": parts[first]}))
    if parts[first] != parts[second]:
        exchanged = parts | {first: parts[second], second: parts[first]}
        assert codes(archive_zip.pack(exchanged))


def test_entries_in_another_order_are_found():
    parts = entries()
    moved = {archive.EVENTS: parts[archive.EVENTS]} | parts
    assert codes(archive_zip.pack(moved)) == ["archive.entry_order"]


# ── a forger who lists the entries anew ──────────────────────────────────────────────────────

#: What the events, and with them the chain, say something about.
PROTECTED = (
    archive.CASE,
    archive.DEFINITION,
    archive.EVENTS,
    archive.DOCUMENTS,
    archive.MATERIALS,
    "documents/001.json",
    "documents/002.json",
    "documents/001.pdf",
    "documents/002.pdf",
    "materials/001.pdf",
    "materials/002.png",
    "materials/003.bin",
)


@given(st.data())
def test_a_new_list_does_not_hide_a_changed_byte(data):
    parts = entries()
    name = data.draw(st.sampled_from(PROTECTED))
    content = bytearray(parts[name])
    content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
    forged = list_anew(parts | {name: bytes(content)})
    if name == archive.CASE or name == archive.DOCUMENTS:
        assert codes(forged, DIGEST), "names of people, dates: see below"
    else:
        assert codes(forged)


def test_a_dropped_document_or_material_is_missed():
    for name in ("documents/001.json", "documents/002.pdf", "materials/002.png"):
        parts = entries()
        del parts[name]
        assert codes(list_anew(parts)), name
    less = changed(archive.MATERIALS, lambda rows: rows[:-1])
    assert codes(list_anew(less)) == ["archive.material_list"]
    assert said(list_anew(less))[0].endswith("at place 4.")
    less = changed(archive.DOCUMENTS, lambda rows: rows[1:])
    assert codes(list_anew(less)) == [*["archive.entry_unknown"] * 2, "archive.document_list"]


def test_exchanged_documents_and_materials_are_found():
    parts = entries()
    one, two = "materials/001.pdf", "materials/003.bin"
    swapped = list_anew(parts | {one: parts[two], two: parts[one]})
    assert codes(swapped) == ["archive.material_changed"] * 2
    assert said(swapped)[0] == "The material “平面图.pdf” is not the file that event 1 received."
    one, two = "documents/001.json", "documents/002.json"
    swapped = list_anew(parts | {one: parts[two], two: parts[one]})
    assert codes(swapped) == ["archive.document_changed"] * 2
    one, two = "documents/001.pdf", "documents/002.pdf"
    swapped = list_anew(parts | {one: parts[two], two: parts[one]})
    assert codes(swapped) == ["archive.pdf_changed"] * 2


def test_a_file_slipped_in_for_a_paper_is_found():
    def add(rows):
        return [*rows[:-1], rows[-1] | {"file": "materials/004.pdf"}]

    parts = changed(archive.MATERIALS, add) | {"materials/004.pdf": b"%PDF-1.4"}
    assert codes(list_anew(parts)) == ["archive.material_changed"]
    assert codes(list_anew(entries() | {"materials/004.pdf": b"%PDF"})) == ["archive.entry_unknown"]


def test_another_version_of_the_item_is_found():
    parts = changed(archive.DEFINITION, lambda definition: definition | {"schema": 2})
    assert codes(list_anew(parts)) == ["archive.other_definition"]


def test_a_changed_event_is_found_and_named():
    def forge(events):
        events[3]["body"]["payload"]["documents"][0]["number"] = "〔2026〕9号"
        return events

    assert codes(list_anew(changed(archive.EVENTS, forge)))[0] == "chain.broken_digest"
    assert "event 4" in said(list_anew(changed(archive.EVENTS, forge)))[0]


def test_a_tail_cut_off_is_found_by_the_head():
    parts = changed(archive.EVENTS, lambda events: events[:-1])
    assert codes(list_anew(parts)) == ["chain.broken_head"]


def forged_chain(count, change):
    """The first events of the case, one of them changed and all after it digested anew."""
    found = []
    for old in links()[:count]:
        body = change(old.body) if old.sequence == 2 else old.body
        previous = found[-1].digest if found else ""
        digest = chain.digest(old.algorithm, previous, body)
        found.append(replace(old, previous=previous, digest=digest, body=body))
    return found


def test_what_an_archive_alone_cannot_show():
    """Whoever writes everything anew is found by the recorded digest, and only by that."""
    last = filing(events=links(5))
    cut = archive_build.build(last)
    history = forged_chain(6, lambda body: body | {"payload": {"requests": []}})
    rewritten = archive_build.build(filing(events=history))
    parts = entries()
    page = list_anew(parts | {archive.INDEX: parts[archive.INDEX].replace("李".encode(), b"Wang")})
    for forged in (cut, rewritten, page):
        assert forged != ARCHIVE
        assert codes(forged) == []
        assert codes(forged, DIGEST) == ["archive.other_digest"]


def test_a_history_written_anew_from_an_event_on_does_not_fit_the_old_head():
    history = forged_chain(6, lambda body: body | {"actor": 8})
    rows = json.loads(entries(archive_build.build(filing(events=history)))[archive.EVENTS])
    assert codes(list_anew(changed(archive.EVENTS, lambda _events: rows))) == ["chain.broken_head"]


def test_the_head_recorded_elsewhere_is_that_of_the_archive():
    last = links()[-1].digest
    assert archive.verify(ARCHIVE, head=last) == []
    found = archive.verify(ARCHIVE, DIGEST, head=links()[-2].digest)
    assert found == [archive.Finding("chain.broken_head", {"sequence": 6})]


@pytest.mark.parametrize(
    ("said", "code"),
    [({"case": "other"}, "archive.other_case"), ({"sequence": 7}, "archive.other_place")],
)
def test_an_event_of_another_case_or_place_is_found(said, code):
    history = links(5)
    history.append(link(6, history[-1].digest, None, said=said))
    assert codes(archive_build.build(filing(events=history))) == [code]


def test_facts_that_contradict_each_other_are_found():
    def rename(case):
        return case | {"applicant": "乙"}

    assert codes(list_anew(changed(archive.CASE, rename))) == ["archive.other_facts"]
    other = changed(archive.MANIFEST, lambda manifest: manifest | {"case": rename(CASE)})
    assert codes(archive_zip.pack(other)) == ["archive.other_facts"]
    other = archive_build.build(filing(case=CASE | {"item": "其他"}))
    assert codes(other) == ["archive.other_facts"]
    head = {"sequence": 9, "digest": links()[-1].digest}
    other = changed(archive.MANIFEST, lambda manifest: manifest | {"head": head})
    assert codes(archive_zip.pack(other)) == ["archive.other_facts"]


# ── hostile files ────────────────────────────────────────────────────────────────────────────


def zipped(names=("a.json",), content=b"x", method=zipfile.ZIP_STORED, comment=b""):
    """A file as other programs write it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as file:
        for name in names:
            file.writestr(zipfile.ZipInfo(name), content, compress_type=method)
        file.comment = comment
    return buffer.getvalue()


@pytest.mark.parametrize(
    "name",
    [
        "../x.json", "/etc/passwd", "a/../x.py", "..\\x.py", "C:\\x.py", "kernel/../verify.py",
        "documents/a/b.json", "documents/", "x", ".json", "a.json\0", "文.json", "a b.json",
        "kernel/x.py/", "a" * 60 + ".json", "",
    ],
)
def test_names_that_lead_elsewhere_are_refused(name):
    with pytest.raises(archive_zip.KernelError) as refusal:
        archive_zip.pack({name: b""})
    assert refusal.value.code == "archive.entry_name"
    assert codes(zipped((name,)))[0] in ("archive.entry_name", "archive.packed_anew")


def test_hostile_containers_are_refused():
    bomb = zipped(content=bytes(10**7), method=zipfile.ZIP_DEFLATED)
    with pytest.warns(UserWarning):
        twice = zipped(("a.json", "a.json"))
    big = bytearray(zipped())
    struct.pack_into("<I", big, 22, 2**32 - 1)
    for content, code in (
        (b"", "archive.not_a_zip"),
        (b"%PDF-1.7", "archive.not_a_zip"),
        (zipped(()), "archive.not_a_zip"),
        (b"#!/bin/sh\n" + ARCHIVE, "archive.not_a_zip"),
        (bomb, "archive.packed_anew"),
        (bytes(big), "archive.packed_anew"),
        (ARCHIVE + ARCHIVE, "archive.packed_anew"),
        (zipped(comment=b"hello"), "archive.packed_anew"),
        (zipped(("../../x.json",)), "archive.entry_name"),
        (archive_zip.pack({"a.json": b"", "b.json": b""}).replace(b"b.json", b"a.json"),
         "archive.entry_twice"),
    ):
        assert codes(content) == [code]
    assert codes(twice)


def test_an_archive_unpacked_and_packed_again_is_told_so():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in entries().items():
            file.writestr(name, content)
    assert codes(buffer.getvalue()) == ["archive.packed_anew"]


def test_limits(monkeypatch):
    monkeypatch.setattr(archive_zip, "MAX_ENTRIES", 10)
    assert codes(ARCHIVE) == ["archive.too_many"]
    monkeypatch.setattr(archive_zip, "MAX_BYTES", 1000)
    assert codes(ARCHIVE) == ["archive.too_large"]
    for build in (lambda: archive_zip.pack(entries()), lambda: archive_build.build(filing())):
        with pytest.raises(archive_zip.KernelError):
            build()


@pytest.mark.parametrize(
    "text",
    [
        "", "x", "[1", "{}", "null", "[[]]", '{"a": 1.5}', '{"a": NaN}', "[" * 5000, '"\\ud800"',
        "9" * 5000, '{\n "a": 1,\n "a": 1\n}\n', "[\n 1\n]\n", "\ufeff[]",
    ],
)
def test_records_that_are_none(text):
    for name in (archive.MANIFEST, archive.CASE, archive.EVENTS, archive.DOCUMENTS):
        parts = entries() | {name: text.encode()}
        forged = archive_zip.pack(parts) if name == archive.MANIFEST else list_anew(parts)
        expected = {"archive.unreadable", "archive.other_schema", "archive.other_facts"}
        assert expected.intersection(codes(forged)), name
    assert codes(list_anew(entries() | {archive.EVENTS: b"\xff[]\n"})) == ["archive.unreadable"]


def test_no_events_and_another_format():
    parts = changed(archive.EVENTS, lambda _events: [])
    assert "archive.no_events" in codes(list_anew(parts))
    parts = changed(archive.MANIFEST, lambda manifest: manifest | {"schema": "gov-archive/9"})
    assert codes(archive_zip.pack(parts)) == ["archive.other_schema"]


anything = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 10**20) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=5,
)


def places(value, path=()):
    """The paths of all parts of a record."""
    yield path
    if isinstance(value, dict | list):
        for key in value if isinstance(value, dict) else range(len(value)):
            yield from places(value[key], (*path, key))


def put(value, path, other):
    if not path:
        return other
    value = dict(value) if isinstance(value, dict) else list(value)
    value[path[0]] = put(value[path[0]], path[1:], other)
    return value


@given(st.data(), anything)
@example(None, {"documents": 5})
def test_no_record_breaks_the_verification(data, other):
    """Whatever stands where: findings, never a traceback."""
    parts = entries()
    if data is None:
        name, path = archive.EVENTS, (0, "body", "payload")
    else:
        name = data.draw(st.sampled_from([name for name in parts if name.endswith(".json")]))
        path = data.draw(st.sampled_from(list(places(json.loads(parts[name])))))
    value = put(json.loads(parts[name]), path, other)
    try:
        parts[name] = archive.spell(value)
    except archive_zip.KernelError:
        return  # a number or a text that no record can have
    if value == json.loads(entries()[name]):
        return
    assert codes(archive_zip.pack(parts)), "packed anew"
    if name != archive.MANIFEST:
        codes(list_anew(parts), DIGEST)


# ── the command ──────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def unpacked(tmp_path):
    """A folder with an archive and, beside it, what is in it: all that a stranger has."""
    (tmp_path / "case.zip").write_bytes(ARCHIVE)
    with zipfile.ZipFile(tmp_path / "case.zip") as file:
        file.extractall(tmp_path / "out")
    return tmp_path


def run(folder, *arguments):
    result = subprocess.run(
        [sys.executable, "-S", "-E", "out/verify.py", *arguments],
        cwd=folder,
        env={"PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        check=False,
    )
    assert not result.stderr, result.stderr.decode()
    return result.returncode, result.stdout.decode()


def test_the_archive_verifies_itself_without_anything_else(unpacked):
    code, text = run(unpacked, "case.zip")
    assert (code, "验证通过" in text, "--digest" in text) == (0, True, True)
    code, text = run(unpacked, "case.zip", "--digest", f" {DIGEST.upper()} ")
    assert (code, "验证通过" in text, "--digest" in text) == (0, True, False)


def test_the_command_says_what_is_wrong_in_both_languages(unpacked):
    code, text = run(unpacked, "case.zip", "--digest", "0" * 64)
    assert code == 1
    assert "登记的是 000" in text and "not the 000" in text and "验证不通过" in text
    parts = entries()
    forged = list_anew(parts | {"materials/001.pdf": b"%PDF-1.4 PLAN"})
    (unpacked / "forged.zip").write_bytes(forged)
    code, text = run(unpacked, "forged.zip")
    assert code == 1
    assert "材料“平面图.pdf”不是第 1 条记录收到的文件。" in text
    code, text = run(unpacked, "missing.zip")
    assert code == 1
    assert "无法读取文件" in text


def test_the_program_in_the_archive_is_ours_byte_for_byte():
    parts = entries()
    for name, content in program().items():
        assert parts[name] == content
    source = "".join(content.decode() for content in program().values())
    used = set(re.findall(r"^\s*from \.(\w*) import|^\s*from kernel import", source, re.M))
    assert used <= {"", *archive.PROGRAM}
    for name in re.findall(r"^\s*from (?:\.|kernel) import (.+)$", source, re.M):
        assert set(name.split(", ")) <= set(archive.PROGRAM)


def test_the_chinese_of_the_command_is_complete_and_that_of_the_screens():
    expected = {
        code: sentence
        for code, sentence in archive.SENTENCES.items()
        if code.startswith(("archive.", "chain.broken", "chain.algorithm_missing"))
    }
    assert command.CHINESE.keys() == expected.keys()
    catalogue = {e.msgid: e.msgstr for e in polib.pofile(str(ADDON / "i18n/zh_CN.po"))}
    for code, sentence in expected.items():
        placeholders = re.findall(r"%\(\w+\)s", sentence)
        assert sorted(re.findall(r"%\(\w+\)s", command.CHINESE[code])) == sorted(placeholders)
        assert catalogue.get(sentence, command.CHINESE[code]) == command.CHINESE[code], code


def test_a_machine_without_sm3_cannot_tell_and_says_so(monkeypatch):
    def new(name, data=b""):
        if name == "sm3":
            raise ValueError(name)
        return original(name, data)

    original = chain.hashlib.new
    monkeypatch.setattr(chain.hashlib, "new", new)
    assert codes(ARCHIVE) == ["chain.algorithm_missing"]

import hashlib
import json
import logging

from odoo import Command, api, models
from odoo.exceptions import UserError
from psycopg2 import Error as DatabaseError
from psycopg2 import OperationalError

from ..kernel import item_json, item_pack, item_source
from ..kernel.errors import KernelError
from .speech import say

_logger = logging.getLogger(__name__)

#: What to do when an item with the same code is there already.
COLLISIONS = ("refuse", "draft", "reuse", "duplicate")
#: Whose item it becomes: the given department; the one that the source names, where we have it;
#: the one that the source names, made where we lack it.
DEPARTMENTS = ("given", "match", "create")
#: What a step of a pack names by the codes of departments.
_UNITS = ("department", "joint_departments")


class GovItemImport(models.AbstractModel):
    """Import of service items from files (事项导入) and packs (事项包).

    The wizard, the sample district and the command line use the same door::

        make shell
        >>> files = {p.name: p.read_bytes() for p in pathlib.Path("folder").glob("*.json")}
        >>> department = env["gov.department"].search([("code", "=", "market")])
        >>> env["gov.item.import"]._import_files(files, department); env.cr.commit()
    """

    _name = "gov.item.import"
    _description = "Import of service items"

    # -------------------------------------------------------------------- files

    @api.model
    def _import_files(
        self, files, department=None, *, departments="given", collision="refuse", choices=None
    ):
        """Import files; a faulty one is reported and never spoils the others.

        :param dict files: name -> content (bytes) of ``.json`` files and ``.zip`` archives
        :param department: the ``gov.department`` that the items belong to
        :param departments: one of :data:`DEPARTMENTS`
        :param collision: one of :data:`COLLISIONS`
        :param choices: file -> one of :data:`COLLISIONS`, where it differs from ``collision``
        :return: one dict a file, or an item of a list: ``file``, ``ok``, ``action`` (created,
            new_version, duplicated, reused, refused, failed, noted), ``text`` (one sentence),
            ``code``, ``name``, ``item_id``, ``version_id``, ``placed``,
            ``unplaced``, ``missing``, ``odd``, ``default`` (counts)
        """
        seen, outcomes = {}, []
        for entry in self._read_entries(self._unpack(files), collision, seen):
            code, choice = entry["code"], (choices or {}).get(entry["file"], collision)
            outcomes.append(self._import_one(entry, department, departments, choice))
            if not outcomes[-1]["ok"] and seen.get(code) == entry["file"]:
                del seen[code]  # what was not stored keeps no other file from its code
        return outcomes

    @api.model
    def _read_files(self, files, collision="refuse"):
        """What an import would do, without doing it: the report of ``_import_files`` with
        ``values`` (for the import) and, where reading failed, ``ok`` false."""
        return list(self._read_entries(self._unpack(files), collision, {}))

    def _read_entries(self, entries, collision, seen):
        """A report for each of what ``_unpack`` gives; of two with one code the first counts.

        :param dict seen: code -> file that has it; grows
        """
        for name, content, error in entries:
            report = self._read_one(name, content, error, collision)
            if report["values"] and report["code"] in seen:
                text = self.env._(
                    "%(file)s has the same code %(code)s. Give each item its own code.",
                    file=seen[report["code"]],
                    code=report["code"],
                )
                report |= {"ok": False, "action": "refused", "text": text, "values": None}
            elif report["values"]:
                seen[report["code"]] = report["file"]
            yield report

    def _unpack(self, files):
        """(name, content, error) of each file, those inside archives too; content is also a source
        that is read already, or a sentence about the whole file."""
        for name, content in files.items():
            if not content[:4] == b"PK\x03\x04" and not str(name).lower().endswith(".zip"):
                yield str(name), content, None
                continue
            try:
                members = item_json.unpack(content)
            except KernelError as error:
                yield str(name), b"", error
                continue
            for member in members:
                yield f"{name}/{member.name}", member.content, member.error

    def _read_one(self, name, content, error, collision):
        report = {"file": name[-120:], "ok": False, "action": "failed", "code": "", "name": ""}
        report |= dict.fromkeys(("placed", "unplaced", "missing", "odd", "default"), 0)
        report |= {"item_id": False, "version_id": False, "values": None}
        try:
            if error:
                raise error
            if isinstance(content, str):
                return report | {"ok": True, "action": "noted", "text": content}
            source = content if isinstance(content, dict) else item_json.load(content)
            values = self._read_pack(source) if "schema" in source else self._read_source(source)
        except KernelError as problem:
            return report | {"text": say(self.env, problem)}
        kinds = [row["kind"] for row in values["fact_ids"]]
        item = self._find_item(values["item"]["code"])
        action = self._get_action(item, collision)
        return report | {
            "ok": action != "refused",
            "action": action,
            "text": self._say_action(action, item, values["item"]["code"]),
            "code": values["item"]["code"],
            "name": values["item"]["name"],
            "item_id": item.id,
            "values": values,
            "placed": values.pop("placed"),
            **{kind: kinds.count(kind) for kind in ("unplaced", "missing", "odd", "default")},
        }

    def _read_source(self, source):
        parsed = item_source.read(source)
        department = source.get("department")
        facts = [
            {
                "kind": fact.kind,
                "path": fact.path,
                "value": fact.value,
                "reason": say(self.env, fact),
            }
            for fact in parsed.facts
        ]
        named = department.strip() if isinstance(department, str) else ""
        return dict(
            parsed.values,
            fact_ids=facts,
            section_ids=[],
            field_ids=[],
            intermediary_ids=[],
            template_ids=[],
            department=named,
            placed=len(parsed.placed),
        )

    def _read_pack(self, pack):
        values = item_pack.to_values(pack)
        item_pack.refuse_circles(values)
        values["department"] = values["item"].pop("department")
        return values | {"placed": sum(1 for _leaf in item_json.leaves("", pack))}

    def _find_item(self, code):
        return self.env["gov.item"].with_context(active_test=False).search([("code", "=", code)])

    def _get_action(self, item, collision):
        if not item:
            return "created"
        if collision in ("reuse", "duplicate"):
            return {"reuse": "reused", "duplicate": "duplicated"}[collision]
        return "new_version" if collision == "draft" and not item.draft_version_id else "refused"

    def _get_free_code(self, code):
        """The first code that no item has: of a duplicate, its number behind it."""
        Item = self.env["gov.item"].with_context(active_test=False)
        number = 2
        while Item.search_count([("code", "=", f"{code}-{number}")]):
            number += 1
        return f"{code}-{number}"

    def _say_action(self, action, item, code):
        if action == "refused" and item.draft_version_id:
            return self.env._(
                "The item “%(name)s” has a draft already; publish or delete it, then import again.",
                name=item.name,
            )
        return {
            "created": self.env._("A new item with a draft version."),
            "new_version": self.env._("A new draft version of the item that is there."),
            "duplicated": self.env._(
                "A second item beside the one that is there, with the code %(code)s.",
                code=self._get_free_code(code) if action == "duplicated" else "",
            ),
            "reused": self.env._("The item is there already and stays as it is."),
            "refused": self.env._(
                "An item with this code is there already. Choose to reuse it or to make a new"
                " draft version or a second item."
            ),
        }[action]

    def _import_one(self, entry, department, departments, collision):
        values = entry.pop("values")
        if not values or (entry["action"] == "failed"):
            return entry
        # Two files of one batch may carry the same code: what to do is judged anew.
        item = self._find_item(values["item"]["code"])
        action = self._get_action(item, collision)
        text = self._say_action(action, item, values["item"]["code"])
        entry |= {"ok": True, "action": action, "text": text, "item_id": item.id}
        if action == "duplicated":
            code = self._get_free_code(values["item"]["code"])
            values["item"]["code"] = entry["code"] = code
            item = item.browse()
        if action in ("reused", "refused"):
            version = item.draft_version_id or item.published_version_id
            return entry | {"ok": action == "reused", "version_id": version.id}
        try:
            with self.env.cr.savepoint():
                owner = self._find_department(values["department"], department, departments)
                version = self._create_version(item, values, owner)
        except OperationalError:
            raise  # two at once: whoever calls tries again
        except (KernelError, UserError, ValueError, DatabaseError) as error:
            _logger.info("Import of %s refused: %s", entry["file"], error)
            return entry | {"ok": False, "action": "failed", "text": self._say_error(error)}
        return entry | {"item_id": version.item_id.id, "version_id": version.id}

    def _say_error(self, error):
        if isinstance(error, KernelError):
            return say(self.env, error)
        if isinstance(error, UserError):
            return str(error)
        return self.env._(
            "A value does not fit its field: %(reason)s", reason=str(error).splitlines()[0][:200]
        )

    # --------------------------------------------------------------- department

    def _find_department(self, named, given, departments):
        """The department of an imported item, by the choice made in the wizard."""
        Department = self.env["gov.department"]
        found = Department
        if named and (departments != "given" or not given):
            found = Department.search(
                ["|", ("code", "=", named), ("name", "=", named)], limit=1
            )
        if not found and named and departments == "create":
            if not given:
                raise UserError(
                    self.env._("Choose a department whose centre the new departments belong to.")
                )
            found = Department.create(
                {
                    "name": named,
                    "code": f"import-{hashlib.sha256(named.encode()).hexdigest()[:8]}",
                    "centre_id": given.centre_id.id,
                }
            )
        found = found or given
        if not found:
            raise UserError(
                self.env._("Nobody here is “%(name)s”. Choose the department.", name=named)
            )
        return found

    # ------------------------------------------------------------------ records

    def _create_version(self, item, values, department):
        """The draft version with all its rows, under a new item or ``item``."""
        facts = list(values["fact_ids"])
        if item:
            facts += self._compare_item(item, values["item"])
        else:
            item = self.env["gov.item"].create(
                dict(values["item"], department_id=department.id)
            )
        about, unknown = self._find_certificate_items(values["version"])
        version = self.env["gov.item.version"].create(
            dict(
                self._prepare_version_vals(values),
                item_id=item.id,
                certificate_item_ids=[(6, 0, about.ids)],
                fact_ids=_rows(facts + unknown),
            )
        )
        self._create_fields(version, values["field_ids"])
        self._create_tests(item, values.get("test_ids", ()))
        return version

    def _create_tests(self, item, rows):
        """Test cases that the item has not; those that it has, stay as they are."""
        known = item.test_ids.mapped("code")
        self.env["gov.item.test"].create(
            [dict(row, item_id=item.id) for row in rows if row["code"] not in known]
        )

    def _compare_item(self, item, values):
        """What the file says otherwise about the item itself, which an import never changes."""
        return [
            {
                "kind": "odd",
                "path": f"item.{name}",
                "value": str(value),
                "reason": self.env._("Differs from the item; the item was not changed."),
            }
            for name, value in values.items()
            if value and value != item[name]
        ]

    def _find_certificate_items(self, values):
        """The items whose certificates the version is about, and facts on those not here."""
        codes = [code for code in (values.get("certificate_items") or "").split(",") if code]
        found = self.env["gov.item"].search([("code", "in", codes)])
        return found, [
            {
                "kind": "missing",
                "path": "certificate_items",
                "value": code,
                "reason": self.env._("There is no item with this code here; choose the item."),
            }
            for code in codes
            if code not in found.mapped("code")
        ]

    def _prepare_version_vals(self, values):
        vals = {name: v for name, v in values["version"].items() if name != "certificate_items"}
        for part in (
            "basis_ids",
            "condition_ids",
            "section_ids",
            "material_ids",
            "intermediary_ids",
            "edge_ids",
            "fee_ids",
            "template_ids",
        ):
            vals[part] = _rows(values[part])
        vals["node_ids"] = _rows(
            dict(
                {key: value for key, value in node.items() if key not in _UNITS},
                department_id=self._find_by_code(node.get("department")).id,
                joint_department_ids=[Command.set(self._find_all(node.get("joint_departments")))],
            )
            for node in values["node_ids"]
        )
        return vals

    def _find_all(self, codes):
        return [self._find_by_code(code.strip()).id for code in (codes or "").split(",") if code]

    def _find_by_code(self, code):
        Department = self.env["gov.department"]
        if not code:
            return Department
        found = Department.search([("code", "=", code)])
        if not found:
            raise UserError(
                self.env._("The pack needs the department “%(code)s”; create it.", code=code)
            )
        return found

    def _create_fields(self, version, rows):
        sections = {section.code: section.id for section in version.section_ids}
        for row in rows:
            self.env["gov.form.field"].create(
                self._prepare_field_vals(row, sections) | {"version_id": version.id}
            )

    def _prepare_field_vals(self, row, sections):
        vals = {
            key: value
            for key, value in row.items()
            if key not in ("section", "option_ids", "column_ids")
        }
        return vals | {
            "section_id": sections.get(row["section"], False),
            "option_ids": _rows(row["option_ids"]),
            "column_ids": _rows(
                self._prepare_field_vals(column, {}) for column in row["column_ids"]
            ),
        }

    # -------------------------------------------------------------------- packs

    @api.model
    def _load_pack(self, pack, department=None, *, collision="refuse"):
        """Make the item and draft version of a pack (``kernel.item_pack``).

        :param pack: the pack as a dict, as JSON text or as bytes
        :return: the ``gov.item.version``; the one that is there when ``collision`` is ``reuse``
        :raises UserError: one sentence that names the place
        """
        content = json.dumps(pack) if isinstance(pack, dict) else pack
        if isinstance(content, str):
            content = content.encode()
        (entry,) = self._read_files({"pack": content})
        if entry["values"] is None:
            raise UserError(entry["text"])
        departments = "given" if department else "match"
        entry = self._import_one(dict(entry, ok=True), department, departments, collision)
        if not entry["ok"]:
            raise UserError(entry["text"])
        return self.env["gov.item.version"].browse(entry["version_id"])

    @api.model
    def _to_pack(self, version):
        """The pack of a version: ``_load_pack`` of it makes an equal one."""
        _path, part, columns = item_pack.TESTS
        tests = [self._read_row(row, columns) for row in version.item_id.test_ids]
        return item_pack.from_values(self._read_values(version) | {part: tests})

    @api.model
    def _read_values(self, version):
        """What a version holds, in the shape of ``item_pack.to_values``."""
        version.ensure_one()
        item = version.item_id
        read = {
            "item": {field: item[field] for _p, field, _k in item_pack.ITEM if field in item}
            | {"department": item.department_id.code},
            "version": {
                field: version[field] for _p, field, _k in item_pack.VERSION if field in version
            }
            | {"certificate_items": ",".join(sorted(version.certificate_item_ids.mapped("code")))},
        }
        for part, columns in item_pack.PARTS.values():
            read[part] = [self._read_row(row, columns) for row in version[part]]
        return read

    def _read_row(self, row, columns):
        found = {field: row[field] for _key, field, _kind in columns if field in row}
        if row._name == "gov.flow.node":
            found["department"] = row.department_id.code
            found["joint_departments"] = ",".join(sorted(row.joint_department_ids.mapped("code")))
        elif row._name == "gov.item.test":
            found["played_on"] = row.played_on.isoformat()
            found |= {name: row[name] or {} for name in ("answers", "expected")}
        elif row._name == "gov.document.template":
            found["body"] = str(row.body or "")
        elif row._name == "gov.form.field":
            found["section"] = row.section_id.code
            for below, inner in item_pack.NESTED.values():
                found[below] = [self._read_row(child, inner) for child in row[below]]
        return found


def _rows(rows):
    return [(0, 0, dict(row)) for row in rows]

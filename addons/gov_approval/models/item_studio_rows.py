"""Rows of an item version brought in line with a pack: only what differs is written (同步).

Rows keep their identity by their code where they have one, else by their place, so that a save
after one keystroke is one statement and not a new copy of the item.
"""

from odoo.exceptions import UserError

from ..kernel import item_pack, item_studio


class RowWriter:
    """Writes the values of one pack (``item_studio.read``) into the rows of one draft."""

    def __init__(self, version):
        # A default of the context would fill gaps that the pack leaves on purpose.
        kept = {k: v for k, v in version.env.context.items() if not k.startswith("default_")}
        self.version = version.with_context(kept)
        self.env = self.version.env
        self.superfluous = []

    def write(self, values):
        """Make the rows equal to ``values``; refuses in a sentence before anything is left half."""
        vals = self._differing(self.version, self._version_vals(values["version"]), "")
        if vals:
            self.version.write(vals)
        for path, (part, columns) in item_pack.PARTS.items():
            rows = [self._linked(row) for row in values[part]]
            self._sync(
                self.version[part],
                rows,
                {"version_id": self.version.id},
                item_studio.key_of(part, columns),
                path,
            )
        # Questions before the sections that they stood in.
        for records in reversed(self.superfluous):
            records.unlink()

    def _version_vals(self, values):
        codes = [code for code in (values.get("certificate_items") or "").split(",") if code]
        found = self.env["gov.item"].search([("code", "in", codes)]) if codes else []
        known = {item.code: item.id for item in found}
        for code in codes:
            if code not in known:
                raise UserError(self.env._("There is no item with the code “%(code)s”.", code=code))
        vals = {name: v for name, v in values.items() if name != "certificate_items"}
        return vals | {"certificate_item_ids": [(6, 0, sorted(known.values()))]}

    def _linked(self, row):
        """The row with the records that it names by their codes."""
        vals = dict(row)
        if "department" in vals:
            code = vals.pop("department")
            vals["department_id"] = self.env["gov.item.import"]._find_by_code(code).id
        if "joint_departments" in vals:
            codes = vals.pop("joint_departments")
            departments = self.env["gov.item.import"]._find_all(codes)
            vals["joint_department_ids"] = [(6, 0, sorted(departments))]
        if "section" in vals:
            code = vals.pop("section")
            section = self.version.section_ids.filtered(lambda s: s.code == code)
            vals["section_id"] = section.id
            if code and not section:
                raise UserError(
                    self.env._(
                        "The question “%(field)s” stands in the section “%(section)s”, which is"
                        " not there. Choose its section.",
                        field=vals.get("label") or vals.get("code") or "",
                        section=code,
                    )
                )
        return vals

    def _sync(self, records, rows, link, key, path):
        """The rows of one list: write what differs, create what is new, note what is too much."""
        there = {(record[key] if key else i): record for i, record in enumerate(records)}
        kept = [there.get(row[key] if key else i) for i, row in enumerate(rows)]
        sequences = self._sequences(records, kept, rows)
        new = []
        for index, (row, record) in enumerate(zip(rows, kept, strict=True)):
            place = f"{path}[{index}]"
            below = {name: row[name] for name, _columns in item_pack.NESTED.values() if name in row}
            vals = {name: value for name, value in row.items() if name not in below}
            if "sequence" in vals:
                vals["sequence"] = sequences[index]
            if record is None:
                vals = checked(records, vals, place)
                new.append(vals | self._nested(below, place) | link)
                continue
            vals = self._differing(record, vals, place)
            if vals:
                record.write(vals)
            for name, children in below.items():
                inverse = {record._fields[name].inverse_name: record.id}
                children = [
                    {k: v for k, v in child.items() if k != "section"} for child in children
                ]
                self._sync(record[name], children, inverse, "code", f"{place}.{name[:-4]}s")
        if new:
            records.create(new)
        rest = records - records.browse([record.id for record in kept if record is not None])
        if rest:
            self.superfluous.append(rest)

    def _nested(self, below, place):
        commands = {}
        for name, children in below.items():
            model = self.env["gov.form.field"]._fields[name].comodel_name
            commands[name] = [
                (0, 0, self._created(model, child, f"{place}.{name[:-4]}s[{index}]"))
                for index, child in enumerate(children)
            ]
        return commands

    def _created(self, model, row, place):
        inner = {name for name, _columns in item_pack.NESTED.values()} & row.keys()
        vals = {k: v for k, v in row.items() if k not in inner and k != "section"}
        vals = checked(self.env[model], vals, place)
        return vals | self._nested({name: row[name] for name in inner}, place)

    def _sequences(self, records, kept, rows):
        """Sequences by place: those that are there stay, unless rows changed their order."""
        if not rows or "sequence" not in rows[0]:
            return []
        stay = [record for record in kept if record is not None]
        is_appended = None not in kept[: len(stay)]
        if is_appended and [record.id for record in stay] == [
            record.id for record in records if record in stay
        ]:
            found = [record.sequence for record in stay]
            last = max(found, default=0)
            return found + list(range(last + 1, last + 1 + len(rows) - len(found)))
        return list(range(1, len(rows) + 1))

    def _differing(self, record, vals, place):
        """The part of ``vals`` that ``record`` does not hold yet."""
        vals = checked(record, vals, place)
        return {
            name: value
            for name, value in vals.items()
            if _comparable(record, name, record[name]) != _comparable(record, name, value)
        }


def checked(model, vals, place):
    """``vals`` with no text as none; a value that the model cannot hold is named."""
    env = model.env
    vals = {name: False if value == "" else value for name, value in vals.items()}
    for name, value in vals.items():
        field = model._fields[name]
        label = field._description_string(env)
        if field.type == "selection" and value and value not in field.get_values(env):
            raise UserError(
                env._(
                    "“%(value)s” is no choice for “%(field)s” (%(place)s).",
                    value=value[:40],
                    field=label,
                    place=f"{place}.{name}",
                )
            )
        if field.required and field.type != "boolean" and (value is False or value is None):
            raise UserError(
                env._("“%(field)s” is empty (%(place)s). Fill it in.", field=label, place=place)
            )
    return vals


def _comparable(record, name, value):
    field = record._fields[name]
    if field.type == "many2one":
        return (value.id if hasattr(value, "_ids") else value) or False
    if field.type == "many2many":
        return sorted(value.ids) if hasattr(value, "_ids") else sorted(value[0][2])
    if field.type == "html":
        return str(value or "")
    if field.type == "json":
        return value or []
    return value or False if field.type in ("char", "text", "selection") else value

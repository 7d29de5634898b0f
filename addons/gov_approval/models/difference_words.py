"""What differs between two versions, said as clerks read it: labels, units, whole sentences."""

import json

from lxml import etree, html

from ..kernel import item_pack
from ..kernel.difference import ADDED, CHANGED, MOVED, REMOVED, segments
from .condition_words import in_words
from .speech import WORDS, word

#: Entries whose values are conditions over the answers.
_CONDITIONS = ("visible_if", "required_if", "constraint", "needed_if", "condition")
#: Entries by which a row is named already.
_NAMING = ("code", "source", "target", "effect")
#: A run of unchanged text longer than twice this is shown by its ends.
_KEPT = 24
#: Below this share of common text two values are two values, not one that was edited.
_COMMON = 0.3
_LISTS = {path: part for path, (part, _columns) in item_pack.PARTS.items()}


def get_part_names(env):
    """The parts of an item in words, in their order (``kernel.difference.PARTS``)."""
    return {
        "basics": env._("Basic facts"),
        "grounds": env._("Grounds and conditions"),
        "situations": env._("Situations"),
        "form": env._("Application form"),
        "materials": env._("Materials"),
        "flow": env._("Flow"),
        "limits": env._("Limits"),
        "fees": env._("Fees"),
        "intermediaries": env._("Intermediary services"),
        "documents": env._("Documents"),
        "guide": env._("Guide"),
    }


class DifferenceWords:
    """Says the lines of ``kernel.difference.compare`` on two definitions."""

    def __init__(self, env, before, after):
        self.env = env
        self.definitions = (before, after)
        self.tables = self._get_tables()

    def _get_tables(self):
        """List of a definition -> (model, field by key); "" for the version, "item" for its item.

        The packs know which entry is which field, and fields know their labels and choices.
        """
        version = self.env["gov.item.version"]
        tables = {
            "": (version, self._get_paths(item_pack.VERSION)),
            "item": (self.env["gov.item"], self._get_paths(item_pack.ITEM)),
        }
        nested = [(path, columns) for path, (_part, columns) in item_pack.NESTED.items()]
        below = {"options": "gov.form.option", "columns": "gov.form.field"}
        for path, (part, columns) in item_pack.PARTS.items():
            if part in version._fields:
                model = self.env[version._fields[part].comodel_name]
                tables[path] = (model, {key: field for key, field, _kind in columns})
        for path, columns in nested:
            if path in below:
                fields = {key: field for key, field, _kind in columns}
                tables[path] = (self.env[below[path]], fields)
        return tables

    def _get_paths(self, columns):
        """Fields by path; of a number with its unit by the path of both."""
        paths = {path: field for path, field, _kind in columns}
        pairs = {p.removesuffix(".value"): f for p, f in paths.items() if p.endswith(".value")}
        return pairs | paths

    # -------------------------------------------------------------------- lines

    def say(self, line):
        """One line for the screen: ``kind``, ``place``, ``label``, ``before`` and ``after`` as
        pieces [(same|removed|added, text)]."""
        before, after = self._say_sides(line)
        return {
            "kind": line.kind,
            "place": self._say_place(line),
            "label": self._say_label(line) if line.name else "",
            "before": before,
            "after": after,
        }

    def say_in_one(self, line):
        """The line as one sentence, for a warning."""
        said = self.say(line)
        texts = {side: "".join(text for _k, text in said[side]) for side in ("before", "after")}
        where = said["place"] or said["label"]
        if said["place"] and said["label"]:
            names = {"label": said["place"], "text": said["label"]}
            where = self.env._("%(label)s: %(text)s", **names)
        if line.kind == ADDED:
            return self.env._("%(where)s was added.", where=where)
        if line.kind == REMOVED:
            return self.env._("%(where)s was removed.", where=where)
        if line.kind == MOVED:
            return self.env._("%(where)s was moved.", where=where)
        return self.env._(
            "%(where)s was “%(before)s”, is “%(after)s”.",
            where=where,
            before=texts["before"] or self.env._("empty"),
            after=texts["after"] or self.env._("empty"),
        )

    def _say_place(self, line):
        return " › ".join(
            self.env._("%(list)s “%(name)s”", list=self._say_list(row.list), name=self._name(row))
            for row in line.place
        )

    def _say_list(self, path):
        if path in _LISTS:
            field = self.env["gov.item.version"]._fields.get(_LISTS[path])
            return field._description_string(self.env) if field else path
        effects = self.env["gov.flow.node"]._fields["effects"]
        names = {
            "options": self.env._("Options"),
            "columns": self.env._("Columns"),
            "effects": effects._description_string(self.env),
        }
        return names.get(path, path)

    def _name(self, row):
        if row.list == "flow.edges":
            return " → ".join(self._say_step(code) for code in row.code.split(" → "))
        return word(self.env, f"effect_{row.code}") if row.list == "effects" else row.label

    def _say_step(self, code):
        for definition in self.definitions:
            for node in definition.get("flow", {}).get("nodes", ()):
                if node["code"] == code:
                    return node["name"]
        return code

    def _say_label(self, line):
        """The label of the field behind an entry; its own word where no field stands behind."""
        model, field = self._find_field(line.place, line.name)
        if field:
            return model._fields[field]._description_string(self.env)
        last = line.name.rpartition(".")[2]
        if line.place and line.place[-1].list == "effects":
            last = f"effect_{last}"
        return word(self.env, last) if last in WORDS else line.name

    def _find_field(self, place, name):
        if place:
            model, fields = self.tables.get(place[-1].list, (None, {}))
        else:
            model, fields = self.tables["item" if name.startswith("item.") else ""]
        field = fields.get(name)
        return (model, field) if field and field in model._fields else (None, None)

    # ------------------------------------------------------------------- values

    def _say_sides(self, line):
        if line.kind == MOVED:
            return tuple(
                self._say_position(value, kind)
                for value, kind in ((line.before, REMOVED), (line.after, ADDED))
            )
        if line.kind in (ADDED, REMOVED):
            text = self._say_row(line, line.after if line.kind == ADDED else line.before)
            pieces = [(line.kind, text)] if text else []
            return ([], pieces) if line.kind == ADDED else (pieces, [])
        old, new = (
            self._say_value(line.place, line.name, value, side)
            for side, value in enumerate((line.before, line.after))
        )
        return self._split(line, old, new)

    def _say_position(self, value, kind):
        if isinstance(value, list):
            return [(kind, self.env._(", ").join(map(str, value)))]
        said = self.env._("after “%(name)s”", name=value) if value else self.env._("at the top")
        return [(kind, said)]

    def _split(self, line, old, new):
        """Both texts in pieces, so that what differs stands out."""
        is_text = isinstance(line.before, str) and isinstance(line.after, str)
        pieces = segments(old, new) if is_text and line.kind == CHANGED else ()
        common = sum(len(text) for kind, text in pieces if kind == "same")
        if not pieces or common < _COMMON * max(len(old), len(new)):
            return ([(REMOVED, old)] if old else []), ([(ADDED, new)] if new else [])
        pieces = [(kind, _shorten(text) if kind == "same" else text) for kind, text in pieces]
        return (
            [piece for piece in pieces if piece[0] != ADDED],
            [piece for piece in pieces if piece[0] != REMOVED],
        )

    def _say_row(self, line, row):
        """What stands in a row, one entry a line; its name is said already."""
        if not isinstance(row, dict):
            return str(row)
        side = 0 if line.kind == REMOVED else 1
        lines = []
        _model, fields = self.tables.get(line.place[-1].list, (None, {}))
        order = [*fields, *row]  # a stored definition has lost the order of its entries
        for key, value in sorted(row.items(), key=lambda entry: order.index(entry[0])):
            said = value and self._say_value(line.place, key, value, side)
            if said and said != line.place[-1].label and key not in _NAMING:
                label = self._say_label(_Entry(line.place, key))
                lines.append(self.env._("%(label)s: %(text)s", label=label, text=said))
        return "\n".join(lines)

    def _say_value(self, place, name, value, side):
        if value is None or value == "" or value == [] or value == {}:
            return ""
        if isinstance(value, bool):
            return self.env._("Yes") if value else self.env._("No")
        if isinstance(value, dict) and set(value) == {"value", "unit"}:
            return self._say_period(place, value)
        if isinstance(value, list):
            return self._say_list_value(place, value, side)
        if isinstance(value, dict):
            return json.dumps(value, ensure_ascii=False)
        return self._say_text(place, name, value, side)

    def _say_text(self, place, name, value, side):
        """A single text or number, by what its entry holds."""
        key = name.rpartition(".")[2]
        if place and place[-1].list == "effects" and key != "text":
            return word(self.env, value if key == "document" else f"effect_{value}")
        if key in _CONDITIONS:
            return in_words(self.env, value, self.definitions[side]["form"])
        if key == "section":
            return self._say_section(value, side)
        if key == "department":
            return self._say_department(value)
        if key == "body" and place:
            return _to_text(value)
        return self._say_choice(place, name, value)

    def _say_list_value(self, place, values, side):
        if all(isinstance(value, dict) for value in values):
            labels = [v.get("label") or v.get("name") or v.get("code") or str(v) for v in values]
            return self.env._(", ").join(map(str, labels))
        return self.env["gov.item.version"]._say_codes([str(value) for value in values])

    def _say_period(self, place, period):
        if period["value"] == 0 and place:
            return self.env._("at once")
        if not period["unit"]:
            return str(period["value"])
        return self.env["gov.item.version"]._say_period(period)

    def _say_section(self, code, side):
        sections = self.definitions[side]["form"]["sections"]
        return next((s["name"] for s in sections if s["code"] == code), code)

    def _say_department(self, code):
        # Names of departments are public; the reader of an item may lack the list.
        department = self.env["gov.department"].sudo().search([("code", "=", code)], limit=1)
        return department.name or code

    def _say_choice(self, place, name, value):
        model, field = self._find_field(place, name)
        if field and model._fields[field].type == "selection":
            return self.env["gov.item.version"]._say_choice(model._name, field, value)
        return str(value)


class _Entry:
    """An entry of a row, to be labelled like a line."""

    def __init__(self, place, name):
        self.place, self.name = place, name


def _shorten(text):
    if len(text) <= 2 * _KEPT:
        return text
    return f"{text[:_KEPT]} … {text[-_KEPT:]}"


def _to_text(body):
    """The text of a document without its tags; the tags too where nothing else stands there."""
    try:
        node = html.fragment_fromstring(body, create_parent="div")
    except (etree.ParserError, ValueError):
        return body
    for block in node.iter("p", "div", "br", "tr", "li", "h1", "h2", "h3", "h4"):
        block.tail = "\n" + (block.tail or "")
    return node.text_content().strip() or body

"""Reader of ``security/access_matrix.yaml``: mappings of mappings of texts, no library needed."""

import re
from collections import namedtuple

from odoo.tools import file_open

OPERATIONS = ("read", "write", "create", "unlink")
PATH = "%s/security/access_matrix.yaml"
HEADS = ("roles", "scopes", "fields")
_LINE = re.compile(r"(  )?([a-z][\w.]*):(?: (\S.*))?")

#: ``roles``: role -> group; ``scopes``: scope -> words; ``cells``: (model, role, operation) ->
#: scope or None; ``fields``: "model.field" -> set of roles.
Matrix = namedtuple("Matrix", "roles scopes cells fields models")


def read_matrix(module="gov_approval"):
    """The declared matrix; ValueError names the line that is not understood.

    The roles are declared once, by gov_approval.
    """
    tables = _read_tables(PATH % module)
    roles = tables.get("roles") or _read_tables(PATH % "gov_approval")["roles"]
    cells, models = {}, {}
    for name, table in tables.items():
        if name in HEADS:
            continue
        for model in table["models"].split():
            if model in models:
                raise ValueError(f"{model} stands in {models[model]} and in {name}")
            models[model] = name
            for role in table.keys() - {"models"}:
                if role not in roles:
                    raise ValueError(f"{name} names the unknown role {role}")
                declared = _read_cell(table[role], tables["scopes"])
                cells.update({(model, role, op): declared.get(op) for op in OPERATIONS})
    fields = {
        key: set() if text == "nobody" else set(text.split())
        for key, text in tables.get("fields", {}).items()
    }
    return Matrix(roles, tables["scopes"], cells, fields, models)


def _read_tables(path):
    tables, table = {}, None
    with file_open(path) as lines:
        for number, line in enumerate(lines, 1):
            line = line.rstrip()
            if not line or line.startswith("#"):
                continue
            match = _LINE.fullmatch(line)
            if not match or bool(match[1]) != bool(match[3]):
                raise ValueError(f"{path}:{number}: {line}")
            target = table if match[1] else tables
            if match[2] in target:
                raise ValueError(f"{path}:{number}: {match[2]} is declared twice")
            if match[1]:
                table[match[2]] = match[3]
            else:
                table = tables[match[2]] = {}
    return tables


def _read_cell(text, scopes):
    if text == "nothing":
        return {}
    found = {}
    for part in text.split(", "):
        operation, scope = part.split(" ")
        if operation not in OPERATIONS or scope not in scopes or operation in found:
            raise ValueError(f"odd cell: {text}")
        found[operation] = scope
    return found

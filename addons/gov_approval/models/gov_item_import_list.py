from odoo import models

from ..kernel import item_list
from ..kernel.errors import KernelError
from .speech import say
from .table_reader import read_table

_ENDINGS = (".xlsx", ".xls", ".csv")


class GovItemImport(models.AbstractModel):
    """Import of lists in the columns of the national implementation list (实施清单)."""

    _inherit = "gov.item.import"

    def _unpack(self, files):
        """Each item of a list as an entry of its own, named by file and row."""
        for name, content in files.items():
            if str(name).lower().endswith(_ENDINGS):
                yield from self._unpack_list(str(name), content)
            else:
                yield from super()._unpack({name: content})

    def _unpack_list(self, name, content):
        try:
            table = read_table(content, item_list.NAMES, item_list.REQUIRED)
        except KernelError as error:
            yield name, b"", error
            return
        for note in table.notes:
            yield name, say(self.env, note), None
        for listed in item_list.read(table.rows):
            yield f"{name}:{listed.number}", listed.source, listed.error

from odoo import models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ..kernel import migration
from .rpc import is_id, on_one_record

#: Cases described by one call: a second or less.
BATCH = 40


class GovItemVersion(models.Model):
    """Running cases on older versions of an item whose version is in force (在途办件迁移).

    This only looks: each case moves by its own act, so that one that refuses stops no other.
    """

    _inherit = "gov.item.version"

    @on_one_record
    def action_preview_migration(self, after_id=0):
        """The next running cases on older versions, with what moving them here would do.

        :param int after_id: id of the last case of the call before; 0 at the beginning
        :return: ``cases`` of those the user may read, ``after_id`` for the next call, ``is_done``,
            ``total`` (all running cases on older versions, whoever may read them)
        """
        self.check_access("read")
        if self.state != "published":
            raise UserError(self.env._("Cases move only to the version in force; open that one."))
        domain = (
            Domain("item_id", "=", self.item_id.id)
            & Domain("version_id", "!=", self.id)
            & Domain("state", "in", migration.STATES)
        )
        after = Domain("id", ">", after_id if is_id(after_id) else 0)
        try:
            cases = self.env["gov.case"].search(domain & after, order="id", limit=BATCH)
        except AccessError:
            cases = self.env["gov.case"]
        Case = self.env["gov.case"].sudo()  # how many there are, as everybody may know
        return {
            "cases": [self._describe_moving(case) for case in cases],
            "after_id": cases[-1:].id or after_id,
            "is_done": len(cases) < BATCH,
            "total": Case.search_count(domain),
            "can_open": self.env["gov.case"].has_access("read"),
            "number": self.number,
        }

    def _describe_moving(self, case):
        return {
            "id": case.id,
            "number": case.number,
            "applicant": case.applicant_name or "",
            "state": case._say_selection("state"),
            "version": case.sudo().version_id.number,  # of the item that the user reads
            **case._describe_migration(self),
        }

    @on_one_record
    def action_open_migration(self):
        """The list as a screen of its own."""
        return {
            "type": "ir.actions.client",
            "tag": "gov_approval.version_migration",
            "name": self.env._("Running cases on older versions: %(item)s", item=self.item_id.name),
            "params": {"version_id": self.id},
        }

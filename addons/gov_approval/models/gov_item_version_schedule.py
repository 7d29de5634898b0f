from datetime import date, datetime, time, timedelta

from odoo import api, fields, models
from odoo.exceptions import LockError, UserError

from ..kernel import difference
from .difference_words import DifferenceWords
from .rpc import on_one_record

#: So far ahead a version may be published.
MAX_DAYS = 730
#: Lines that a sentence or the public guide names of a comparison.
NAMED = 3
ANNOUNCED = 12
#: Parts whose changes concern who applies; texts of documents and of the source do not.
PUBLIC_PARTS = ("basics", "grounds", "form", "materials", "limits", "fees", "guide")


class GovItemVersion(models.Model):
    """When a version comes into force (生效日期), and drafts beside each other (并行起草).

    A scheduled version is checked and frozen at once; on its day it takes the place of the one in
    force.  Until then it can be called back into a draft, and the one in force is not touched.
    """

    _inherit = "gov.item.version"

    force_from = fields.Date(
        string="In force as of", readonly=True, copy=False, help="版本生效日期."
    )
    scheduled_at = fields.Datetime(readonly=True, copy=False)
    based_on_id = fields.Many2one(
        "gov.item.version",
        string="Made from",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    remark = fields.Char(
        copy=False, help="What this draft is for, where several are prepared at the same time."
    )

    _one_scheduled = models.UniqueIndex(
        "(item_id) WHERE state = 'scheduled'",
        "Another version of this item waits for its day. Call that one back first.",
    )

    # ----------------------------------------------------------------- schedule

    def _read_force_from(self, day):
        """The day on which the version comes into force; None for at once.

        :raises UserError: where it is no day, or not one to come
        """
        if not day:
            return None
        today = self.env["gov.calendar.day"]._local_now().date()
        try:
            found = day if type(day) is date else date.fromisoformat(day)
        except (TypeError, ValueError) as error:
            raise UserError(self.env._("Give the day on which the version starts.")) from error
        if not today < found <= today + timedelta(days=MAX_DAYS):
            raise UserError(
                self.env._(
                    "A version starts at once or on one of the next %(days)s days; choose a day"
                    " from tomorrow on.",
                    days=MAX_DAYS,
                )
            )
        return found

    def _schedule(self, frozen, day):
        """Freeze now, come into force at 00:00 of ``day``."""
        waiting = self.item_id.version_ids.filtered(lambda version: version.state == "scheduled")
        if waiting:
            raise UserError(
                self.env._(
                    "Version %(number)s waits for its day %(day)s already. Call it back first.",
                    number=waiting.number,
                    day=fields.Date.to_string(waiting.force_from),
                )
            )
        vals = {"state": "scheduled", "force_from": day, "scheduled_at": fields.Datetime.now()}
        self._set_published_state(frozen | vals)
        midnight = self.env["gov.calendar.day"]._utc(datetime.combine(day, time()))
        cron = self.env.ref("gov_approval.ir_cron_put_in_force")
        cron.sudo()._trigger(at=midnight)  # managers of items need not administer crons

    @on_one_record
    def action_cancel_schedule(self):
        """Call a scheduled version back (撤回定时发布): it is a draft again."""
        self.check_access("read")
        self._check_may_publish()
        self._lock_for_publishing()
        if self.state != "scheduled":
            raise UserError(self.env._("Only a version that waits for its day is called back."))
        empty = ("definition", "digest", "published_by_id", "force_from", "scheduled_at")
        self._set_published_state(dict.fromkeys(empty, False) | {"state": "draft"})
        return True

    def _check_may_publish(self):
        """The right to write drafts of the item; the rule speaks of drafts only."""
        self.env["gov.item.version"].check_access("write")
        self.item_id.check_access("write")

    def _lock_for_publishing(self):
        """One after the other, and on what the one before left."""
        try:
            self.lock_for_update()
        except LockError as error:
            raise UserError(
                self.env._(
                    "The version is gone, or somebody is publishing it now; reload the page."
                )
            ) from error
        self.invalidate_recordset(["state", "force_from"])

    @api.model
    def _cron_put_in_force(self):
        """Put versions in force whose day has come; hosts share the work by row locks."""
        today = self.env["gov.calendar.day"]._local_now().date()
        due = [("state", "=", "scheduled"), ("force_from", "<=", today)]
        waiting = self.search(due, order="force_from, id")
        for position, version in enumerate(waiting, 1):
            if version.try_lock_for_update():
                version.invalidate_recordset(["state"])
                if version.state == "scheduled":
                    version._put_in_force({})
            self.env["ir.cron"]._commit_progress(1, remaining=len(waiting) - position)

    def _put_in_force(self, frozen):
        """Take the place of the version in force."""
        in_force = self.item_id.published_version_id
        now = fields.Datetime.now()
        if in_force:
            in_force._set_published_state({"state": "retired", "retired_at": now})
        self._set_published_state(frozen | {"state": "published", "published_at": now})

    # ----------------------------------------------------- drafts beside each other

    def _get_lost(self):
        """What the version in force changed since this draft was made and the draft has not:
        lines in words.  Publishing would undo it."""
        base, in_force = self.based_on_id, self.item_id.published_version_id
        if not base or not in_force or base == in_force or base.item_id != self.item_id:
            return []
        definitions = [
            version.with_context(lang=None)._get_definition() for version in (base, in_force, self)
        ]
        words = DifferenceWords(self.env, *definitions[:2])
        return [words.say_in_one(line) for line in difference.lost(*definitions)]

    def _check_lineage(self):
        """The check of the publish gate on a draft that others have overtaken."""
        lost = self._get_lost()
        if not lost:
            return []
        text = self.env._(
            "This draft was made from version %(old)s; since then version %(new)s came into force"
            " and changed %(count)s points that publishing would undo, among them: %(lines)s",
            old=self.based_on_id.number,
            new=self.item_id.published_version_id.number,
            count=len(lost),
            lines=" ".join(lost[:NAMED]),
        )
        check = {"code": "publish.overtaken", "level": "warn", "article": "", "text": text}
        return [check | {"topic": "basis", "params": {}}]

    # ------------------------------------------------------------------- screen

    @on_one_record
    def action_prepare_publish(self):
        """What whoever publishes has to know.

        :return: ``version``, ``failed`` and ``warnings`` (sentences), ``lost`` (sentences),
            ``changes`` (count against the version in force), ``tomorrow`` (ISO date)
        """
        self.check_access("write")
        self._check_is_draft()
        checks = self._get_checks()
        today = self.env["gov.calendar.day"]._local_now().date()
        in_force = self.item_id.published_version_id
        parts = self._compare_with(in_force) if in_force else []
        return {
            "version": self.display_name,
            "failed": [check["text"] for check in checks if check["level"] == "fail"],
            "warnings": [
                check["text"]
                for check in checks
                if check["level"] == "warn" and check["code"] != "publish.overtaken"
            ],
            "lost": self._get_lost(),
            "changes": sum(len(part["lines"]) for part in parts),
            "tomorrow": (today + timedelta(days=1)).isoformat(),
            "is_first": not in_force,
        }

    @on_one_record
    def action_open_publish(self):
        """The dialog in which the day is chosen."""
        return {
            "type": "ir.actions.client",
            "tag": "gov_approval.version_publish",
            "name": self.env._("Publish"),
            "target": "new",
            "params": {"version_id": self.id},
            "context": {"dialog_size": "large"},
        }


class GovItem(models.Model):
    """What comes next for an item."""

    _inherit = "gov.item"

    @on_one_record
    def action_another_draft(self):
        """One more draft beside those there are (并行起草), made from the version in force."""
        self.check_access("write")
        source = self.published_version_id
        if not source:
            return self.action_new_version()
        return source._copy_to_draft().action_design()

    def _get_coming(self):
        """The version that waits for its day, as the guide announces it: ``on`` and ``lines``."""
        self.ensure_one()
        # Published in advance (Art. 30): readers of the guide have no rights on the rows.
        versions = self.sudo().version_ids
        coming = versions.filtered(lambda version: version.state == "scheduled")
        if not coming:
            return None
        before = versions.filtered(lambda version: version.state == "published")
        lines = []
        if before:
            definitions = before._get_definition(), coming._get_definition()
            words = DifferenceWords(self.env, *definitions)
            lines = [
                words.say_in_one(line)
                for line in difference.compare(*definitions)
                if line.part in PUBLIC_PARTS
            ]
        return {
            "on": coming.force_from,
            "lines": lines[:ANNOUNCED],
            "more": max(0, len(lines) - ANNOUNCED),
        }

from odoo import SUPERUSER_ID, fields, models
from odoo.exceptions import UserError

from ..kernel import licence, numbering
from .gov_case import READER_GROUPS
from .gov_sealed import DOOR

#: What a granted case makes of the revision before (``kernel.licence.EFFECTS``).
EFFECTS = {
    licence.CHANGE: "changed",
    licence.RENEWAL: "renewed",
    licence.REISSUE: "reissued",
    licence.CANCELLATION: "cancelled",
}
#: Acts that may grant.
GRANTING = ("decide", "decide_at_once", "deem_renewed", "hand_in_deferred")
#: Acts after which the applicant may be somebody else than the one that was checked at filing.
CORRECTING = ("correct", "supplement")


class GovCase(models.Model):
    """What a case does to certificates and to those who may apply (证照登记, 申请禁限).

    The rules are the kernel's (``kernel.licence``); here the register follows the events: the
    revision before gives way in the same transaction, and its own case tells so.
    """

    _inherit = "gov.case"

    about_certificate_id = fields.Many2one(
        "gov.certificate",
        string="About certificate",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        groups=READER_GROUPS,
        help="The revision in force when the application was filed.",
    )
    about_key = fields.Char(readonly=True, groups=fields.NO_ACCESS)

    _about_uniq = models.UniqueIndex(
        "(about_key) WHERE about_key IS NOT NULL AND state != 'closed'",
        "An application of this kind about the certificate is still open. Follow that one, or"
        " withdraw it first.",
    )

    # ----------------------------------------------------------------- the door

    def _act(self, kind, payload=None, *, facts=None, **options):
        if kind in GRANTING and not _refuses(payload):
            facts = (facts or {}) | self._get_about_facts()
        return super()._act(kind, payload, facts=facts, **options)

    def _emit(self, record, event, before, after):
        super()._emit(record, event, before, after)
        if after.licence != before.licence and before.licence:
            self._project_licence(after)
        if event.kind in GRANTING and self._get_handles() == licence.CANCELLATION:
            if after.outcome == "granted" and not after.deferred:
                self._supersede(self._get_latest_revision())
        if event.kind in CORRECTING:
            self._check_standing(after)
        if event.kind in licence.BARRING:
            self._enter_bar(record, event, after)

    def _get_handles(self):
        definition = self.version_id.sudo()._get_definition()  # frozen public facts
        return definition.get("handles", licence.NEW)

    def _get_blockers(self, kind):
        """What stands in the way of an act on the register, as sentences."""
        blockers = super()._get_blockers(kind)
        if kind == "expire":
            blockers += self._get_pending_renewal()
        if kind == "accept_deferred":
            block = self.env["gov.block"]._find_credit(self.sudo().answers or {})  # only the ground
            blockers += [block._say_bar()] if block else []
        return blockers

    # ------------------------------------------------- the certificate it is about

    def _get_latest_revision(self):
        """The latest revision of the certificate that the case is about; empty without one."""
        about = self.sudo().about_certificate_id  # the register answers for every actor
        return about._get_revisions()[:1]

    def _get_about_facts(self):
        """The certificate as it stands now: since the filing it may have changed or ended.

        Its case stays locked until commit, so nothing happens to it while this case is decided.

        :raises UserError: if there is nothing left that could be changed or renewed
        """
        self._lock()
        handles = self._get_handles()
        if handles == licence.NEW:
            return {}
        latest = self._get_latest_revision()
        latest.case_id._lock()
        latest = self._get_latest_revision()
        today = self.env["gov.calendar.day"]._local_now().date()
        has_expired = latest.state == "expired" or (
            bool(latest.valid_to) and latest.valid_to < today
        )
        is_gone = latest.state in licence.ENDED - {licence.EXPIRED} | {licence.CANCELLED}
        if is_gone or (has_expired and handles != licence.RENEWAL):
            raise UserError(
                self.env._(
                    "The certificate %(number)s is “%(state)s” since %(day)s; there is nothing to"
                    " grant any more. Refuse the application with that reason, or terminate it.",
                    number=latest.number,
                    state=latest._say_state(),
                    day=fields.Date.to_string(latest.ended_on or latest.valid_to),
                )
            )
        _definition, before = self._get_casefile()
        in_time = bool((before.renews or {}).get("in_time"))
        is_suspended = latest.state == "suspended"
        return {"certificate": latest._get_facts(in_time) | {"is_suspended": is_suspended}}

    def _supersede(self, latest, valid_from=None):
        """Let the revision before give way: its own case records by which case, and how.

        An expired licence has given way to time already.
        """
        self.ensure_one()
        if latest.state not in licence.ALIVE:
            return
        facts = {"effect": EFFECTS[self._get_handles()], "by": self.number}
        if facts["effect"] == "renewed" and valid_from:
            # The old revision lasts until the new one begins.
            facts["ended_on"] = fields.Date.to_string(fields.Date.subtract(valid_from, days=1))
        latest.case_id.with_user(SUPERUSER_ID)._act("supersede", facts=facts)

    def _get_pending_renewal(self):
        """Renewals filed in time that the organ has not decided: silence renews (Art. 50)."""
        Case = self.sudo()  # whose renewal it is stays untold, only that there is one
        pending = Case.search(
            [
                ("about_certificate_id.number", "in", Case.certificate_ids.mapped("number")),
                ("state", "in", ("received", "accepted")),
            ]
        )
        today = self.env["gov.calendar.day"]._local_now().date()
        for case in pending:
            definition, facts = case._get_casefile()
            if licence.renewed_by_silence(definition, facts.state, facts.renews, today):
                return [
                    self.env._(
                        "A renewal filed in time is undecided (case %(number)s): by law the licence"
                        " counts as renewed, so it does not expire.",
                        number=case.number,
                    )
                ]
        return []

    # ------------------------------------------------------------- the register

    def _project_licence(self, after):
        """Let the register show what the events made of the licence of this case."""
        certificate = self.sudo().certificate_ids[:1]  # the door writes, whoever acted
        if after.licence and certificate:
            certificate._door_write(DOOR, certificate._prepare_state_vals(after.licence))

    # --------------------------------------------------------------------- bars

    def _enter_bar(self, record, event, after):
        """Enter the bar that an act brings about, if it does (Art. 78, 79)."""
        definition = self.version_id.sudo()._get_definition()  # frozen public facts
        block = licence.block_of(definition, event.kind, event.payload, event.at.date())
        if block:
            case = self.sudo()  # the register is written by the door
            item = case.about_certificate_id.item_id or case.item_id
            case.env["gov.block"]._bar(block, record, event, after, item)

    def _check_standing(self, after):
        """A corrected or supplemented application still comes from the holder, who is not barred.

        :raises UserError: if it does not
        """
        case = self.sudo()  # the answers were given to this case
        today = self.env["gov.calendar.day"]._local_now().date()
        about, answers = case.about_certificate_id, after.answers
        Block = case.env["gov.block"]
        if about and not self._is_still_about(about, answers):
            raise UserError(
                self.env._(
                    "The application stays about certificate %(number)s and its holder; for"
                    " another holder or certificate a new application is needed.",
                    number=about.number,
                )
            )
        block = Block._find_bar(
            answers,
            about.item_id or case.item_id,
            filed_item=case.item_id,
            handles=self._get_handles(),
            in_time=bool((after.renews or {}).get("in_time", True)),
            today=today,
        )
        if block:
            raise UserError(block._say_bar())

    def _is_still_about(self, about, answers):
        definition = self.version_id.sudo()._get_definition()  # frozen public facts
        stated = [
            answers.get(field["code"])
            for field in definition["form"]["fields"]
            if field["type"] == "certificate"
        ]
        same = all(numbering.certificate_key(number) == about.number_key for number in stated)
        return same and self.env["gov.block"]._get_digest(answers) == about.holder_digest


def _refuses(payload):
    return isinstance(payload, dict) and payload.get("decision") == "refuse"

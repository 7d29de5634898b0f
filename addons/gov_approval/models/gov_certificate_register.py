from markupsafe import Markup
from odoo import api, fields, models

from ..kernel import licence, procedure
from .gov_case_queue import LAMPS
from .rpc import on_one_record
from .speech import word

#: Acts on a licence that people perform; each has a button on the licence page.
LICENCE_ACTS = tuple(kind for kind in licence.LIFE if kind != "expire")
#: Days left up to which the lamp has its colour.
SOON, LATER = 30, 90


class GovCertificate(models.Model):
    """The register on screen (证照台账): how long a licence lasts, what may be done now."""

    _inherit = "gov.certificate"

    lamp = fields.Selection(LAMPS, compute="_compute_lamp")
    remaining_text = fields.Char(string="Time left", compute="_compute_lamp")
    revision_ids = fields.Many2many(
        "gov.certificate", string="Revisions", compute="_compute_revision_ids"
    )
    document_ids = fields.Many2many(
        "gov.case.document", string="Documents", compute="_compute_document_ids"
    )
    history_html = fields.Html(string="History", compute="_compute_history_html", sanitize=False)
    possible_acts = fields.Char(compute="_compute_possible_acts")
    renewal_text = fields.Char(string="Renewal", compute="_compute_renewal_text")

    # ---------------------------------------------------------------- time left

    @api.depends("state", "valid_to", "ended_on")
    @api.depends_context("lang")
    def _compute_lamp(self):
        today = self.env["gov.calendar.day"]._local_now().date()
        for certificate in self:
            certificate.lamp, certificate.remaining_text = certificate._get_lamp(today)

    def _get_lamp(self, today):
        """Colour and words: days of validity left, or how it ended."""
        if self.state not in licence.ALIVE:
            return "grey", self._say_state()
        left = (self.valid_to - today).days if self.valid_to else None
        if left is not None and left < 0:
            return "red", self._say_state()
        if self.state == "suspended":
            return "orange", self._say_state()
        if left is None:
            return "green", self.env._("No limit")
        text = self.env._("%(days)s days left", days=left) if left else self.env._("Last day")
        return ("orange" if left <= SOON else "yellow" if left <= LATER else "green"), text

    @api.depends("valid_to", "state", "item_id")
    @api.depends_context("lang")
    def _compute_renewal_text(self):
        """When the renewal can be filed, by the item that renews it (Art. 50)."""
        calendar = self.env["gov.calendar.day"]._calendar()
        for certificate in self:
            if certificate.state not in licence.ALIVE or not certificate.valid_to:
                certificate.renewal_text = False
                continue
            rule = certificate._get_renewal_rule()
            window = licence.renewal_window(certificate.valid_to, rule, calendar)
            certificate.renewal_text = (
                self.env._(
                    "From %(first)s to %(last)s", first=window.opens_on, last=window.last_day
                )
                if window.opens_on
                else self.env._("By %(last)s", last=window.last_day)
            )

    # ----------------------------------------------------- revisions, documents

    @api.depends_context("uid")
    def _compute_revision_ids(self):
        for certificate in self:
            certificate.revision_ids = certificate._get_revisions()

    @api.depends_context("uid")
    def _compute_document_ids(self):
        """Documents of every case that had to do with this number, for those who may read them."""
        Document = self.env["gov.case.document"]
        may_read = Document.has_access("read")
        for certificate in self:
            cases = certificate._get_cases()
            domain = [("case_id", "in", cases.ids)]
            certificate.document_ids = Document.search(domain) if may_read else Document

    def _get_cases(self):
        """The cases that issued the revisions of this number, and those about them."""
        revisions = self._get_revisions()
        about = self.env["gov.case"].search([("about_certificate_id", "in", revisions.ids)])
        return revisions.case_id | about

    @api.depends_context("uid", "lang")
    def _compute_history_html(self):
        for certificate in self:
            certificate.history_html = certificate._draw_history()

    def _draw_history(self):
        """What happened to the licence, the latest first, as a table."""
        kinds = {*licence.LIFE, "supersede", "decide", "decide_at_once", "deem_renewed"}
        kinds |= {"enter_licence", "correct_entry"}
        events = self.env["gov.case.event"].search(
            [("case_id", "in", self._get_cases().ids), ("kind", "in", list(kinds))],
            order="at desc, id desc",
        )
        rows = Markup("").join(self._draw_event(event) for event in events)
        return Markup('<table class="table table-sm o_gov_history_table">{}</table>').format(rows)

    def _draw_event(self, event):
        case = event.case_id
        definition = case.version_id._get_definition()
        said = case._describe_event(definition, event.sudo())  # as the case page tells its readers
        details = Markup("").join(
            Markup("<div>{}：{}</div>").format(part["label"], part["text"])
            for part in said["details"]
        )
        at = fields.Datetime.to_datetime(said["at"])
        return Markup(
            "<tr><td>{}</td><td><strong>{}</strong> {}{}</td><td>{}</td><td>{}</td></tr>"
        ).format(f"{at:%Y-%m-%d %H:%M}", said["act"], said["choice"], details, said["who"],
                 case.number)

    # --------------------------------------------------------------------- acts

    @api.depends_context("uid")
    def _compute_possible_acts(self):
        """Codes of the acts on the licence that the reader may perform now, in one line."""
        for certificate in self:
            certificate.possible_acts = " ".join(certificate._get_possible_acts())

    def _get_possible_acts(self):
        Day = self.env["gov.calendar.day"]
        case = self.case_id
        definition, facts = case._get_casefile()
        actor, today = case._get_actor(definition), Day._local_now().date()
        offers = procedure.offers(definition, facts, actor, Day._calendar(), today)
        return [offer.act for offer in offers if offer.act in LICENCE_ACTS]

    @on_one_record
    def action_open_case(self):
        """The page of the case, where the acts on the licence are performed.

        The context names the act that the page begins with (``gov_act``).
        """
        self.check_access("read")
        asked = self.env.context.get("gov_act")
        act = next((kind for kind in LICENCE_ACTS if kind == asked), "")
        return {
            "type": "ir.actions.act_window",
            "name": word(self.env, act) if act else self.case_id.number,
            "res_model": "gov.case",
            "res_id": self.case_id.id,
            "views": [(False, "form")],
            "context": {"gov_act": act},
        }

from odoo import fields, models

from ..kernel import licence

HANDLES = [
    ("new", "New licence"),
    ("change", "Change of a licence"),
    ("renewal", "Renewal of a licence"),
    ("reissue", "Replacement of a lost or damaged certificate"),
    ("cancellation", "Cancellation at the holder's wish"),
]
#: Kinds of licence (Art. 12); they drive the special procedures of Art. 53 to 57.
LICENCE_KINDS = [
    ("ordinary", "Ordinary licence"),
    ("scarce_resource", "Grant of scarce resources"),
    ("qualification", "Recognition of a qualification"),
    ("technical", "Technical approval"),
    ("registration", "Registration"),
]
WINDOW_UNITS = [
    ("calendar_day", "Calendar days"),
    ("workday", "Working days"),
    ("month", "Months"),
]


class GovItemVersion(models.Model):
    """What a version says of the licence that it grants or is about (许可属性)."""

    _inherit = "gov.item.version"

    handles = fields.Selection(
        HANDLES,
        default="new",
        required=True,
        help="业务办理项: what an application for this item asks for.",
    )
    certificate_item_ids = fields.Many2many(
        "gov.item",
        "gov_item_version_certificate_rel",
        "version_id",
        "item_id",
        string="About certificates of",
        help="Items whose certificates can be changed, renewed, replaced or cancelled here."
        " Certificates of this item itself always can.",
    )
    licence_kind = fields.Selection(LICENCE_KINDS, string="Kind of licence", help="Art. 12.")
    is_safety = fields.Boolean(
        string="Touches public safety",
        help="直接关系公共安全、人身健康、生命财产安全: false papers bar a new application for a"
        " year (Art. 78); no decision on a mere promise.",
    )
    is_in_person = fields.Boolean(
        string="Applicant comes in person",
        help="依法应当由申请人到场: the application takes no agent (Art. 29).",
    )
    allows_deferral = fields.Boolean(
        string="Accept with papers to follow",
        default=True,
        help="容缺受理: only for materials marked as deferrable.",
    )
    check_value = fields.Integer(string="Check promises within", default=30, aggregator=None)
    check_unit = fields.Selection(WINDOW_UNITS, default="workday", required=True)
    validity_region = fields.Char(
        string="Region of validity", help="适用区域; empty: the whole country (Art. 41)."
    )
    renewal_latest_value = fields.Integer(
        string="Renew at the latest",
        aggregator=None,
        help="Before the last day of validity; 0: 30 calendar days (Art. 50).",
    )
    renewal_latest_unit = fields.Selection(WINDOW_UNITS, default="calendar_day", required=True)
    renewal_earliest_value = fields.Integer(
        string="Renew at the earliest",
        aggregator=None,
        help="Before the last day of validity; 0: as early as the holder likes.",
    )
    renewal_earliest_unit = fields.Selection(WINDOW_UNITS, default="calendar_day", required=True)
    renewal_late = fields.Selection(
        [("refuse", "Refused"), ("as_new", "Treated as a new application")],
        string="A late renewal is",
        default="refuse",
        required=True,
    )

    def _compile(self):
        definition = super()._compile()
        definition["result"]["region"] = self.validity_region or None
        is_deferrable = any(material["is_deferrable"] for material in definition["materials"])
        return definition | {
            "handles": self.handles,
            "certificate_items": sorted(self.certificate_item_ids.mapped("code")),
            "licence_kind": self.licence_kind or None,
            "is_safety": self.is_safety,
            "is_in_person": self.is_in_person,
            "allows_deferral": self.allows_deferral and is_deferrable,
            "renewal": self._compile_renewal(),
            "check": {"value": self.check_value or 30, "unit": self.check_unit},
        }

    def _compile_renewal(self):
        """The window for a renewal; None: nothing said, so the general rule of Art. 50 serves."""
        latest, earliest = self.renewal_latest_value, self.renewal_earliest_value
        if not latest and not earliest and self.renewal_late == "refuse":
            return None
        return {
            "latest": {"value": latest, "unit": self.renewal_latest_unit}
            if latest
            else dict(licence.GENERAL_WINDOW),
            "earliest": {"value": earliest, "unit": self.renewal_earliest_unit}
            if earliest
            else None,
            "late": self.renewal_late,
        }

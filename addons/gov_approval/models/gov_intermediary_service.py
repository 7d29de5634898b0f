from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from .rpc import on_one_record

WHO = [("applicant", "Applicant"), ("organ", "Organ")]
PRICE_TYPES = [
    ("market", "Market price"),
    ("guided", "Price guided by government"),
    ("fixed", "Price set by government"),
    ("mixed", "Several forms for its parts"),
    ("free", "Free of charge"),
]
#: Written by listing and delisting only.
LISTING = {"state", "listed_at", "listed_by_id", "delisted_at"}


class GovIntermediaryService(models.Model):
    """The catalogue of intermediary services (行政审批中介服务事项清单).

    Only what is listed and in force can be asked for as a condition of acceptance; services cleared
    away (清理规范) stay here, delisted.  A published item keeps what the catalogue said then.
    """

    _name = "gov.intermediary.service"
    _description = "Intermediary service"
    _order = "code"

    code = fields.Char(required=True)
    name = fields.Char(required=True)
    related_item = fields.Char(
        string="Serves the item", help="涉及的审批事项, as the list prints it."
    )
    approving_department = fields.Char()
    basis = fields.Text(string="Legal basis")
    provider_requirement = fields.Char(help="中介服务实施机构的资质要求.")
    commissioned_by = fields.Selection(WHO, help="委托人.")
    payer = fields.Selection(WHO, string="Paid by", help="Empty: the list does not say.")
    self_service = fields.Selection(
        [("yes", "Yes"), ("no", "No")],
        string="Applicant may do it himself",
        help="Empty: the list does not say.",
    )
    price_type = fields.Selection(PRICE_TYPES, string="Form of the price")
    price = fields.Text(help="Price, or where its rate stands, as the list prints it.")
    time_limit = fields.Char()
    valid_from = fields.Date()
    valid_to = fields.Date()
    source_title = fields.Char(string="Source")
    confidence = fields.Char(help="How far the source is to be trusted, in its own words.")
    note = fields.Text()
    unplaced = fields.Text(
        string="Without a field", help="What an imported list says that has no field here."
    )
    state = fields.Selection(
        [("draft", "Not listed yet"), ("listed", "Listed"), ("delisted", "Cleared away")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
    )
    listed_at = fields.Datetime(readonly=True, copy=False)
    listed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    delisted_at = fields.Datetime(readonly=True, copy=False)
    qualification_ids = fields.One2many(
        "gov.intermediary.qualification", "service_id", string="Qualified providers", readonly=True
    )

    _code_uniq = models.Constraint("UNIQUE (code)", "Another service has this code.")
    _valid_check = models.Constraint(
        "CHECK (valid_to >= valid_from)", "The service ends before it begins; correct the dates."
    )

    @api.depends("code", "name")
    def _compute_display_name(self):
        for service in self:
            service.display_name = f"{service.code or ''} {service.name or ''}".strip()

    @api.constrains("code")
    def _check_code(self):
        for service in self:
            if service.code.strip() != service.code or not service.code.isascii():
                raise ValidationError(
                    self.env._("The code “%(code)s” has other signs than ASCII.", code=service.code)
                )

    # --------------------------------------------------------------------- CRUD

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            # Set, not left out: a default from the context or of a user would fill the gap.
            vals.update(dict.fromkeys(LISTING, False), state="draft")
        return super().create(vals_list)

    def write(self, vals):
        if LISTING & vals.keys():
            raise UserError(
                self.env._("A service comes into the catalogue and leaves it by its buttons only.")
            )
        if "code" in vals and any(service.code != vals["code"] for service in self):
            raise UserError(
                self.env._(
                    "The code of a service never changes, because items refer to it. Create a new"
                    " service and clear this one away."
                )
            )
        if any(service.state == "listed" for service in self):
            self._check_listable({**vals})
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_listed(self):
        if any(service.state != "draft" for service in self):
            raise UserError(
                self.env._("A service that was listed stays on record; clear it away instead.")
            )

    # ------------------------------------------------------------------ listing

    def _get_listing_problems(self, vals=None):
        """What keeps a service from being listed: a service without a basis is no condition."""
        self.ensure_one()
        needed = ("basis", "provider_requirement", "commissioned_by")
        known = {name: self[name] for name in needed} | (vals or {})
        fields_get = self.fields_get(needed, ["string"])
        return [
            self.env._(
                "%(service)s: fill in “%(field)s”.",
                service=self.display_name,
                field=fields_get[name]["string"],
            )
            for name in needed
            if not known[name]
        ]

    def _check_listable(self, vals=None):
        problems = [text for service in self for text in service._get_listing_problems(vals)]
        if problems:
            raise UserError(
                self.env._("This cannot stand in the catalogue:")
                + "".join(f"\n• {text}" for text in problems)
            )

    @on_one_record
    def action_list(self):
        """Put the service into the catalogue (列入清单)."""
        self.check_access("write")
        self._list()
        return True

    def _list(self):
        self._check_listable()
        super().write(
            {
                "state": "listed",
                "listed_at": fields.Datetime.now(),
                "listed_by_id": self.env.uid,
                "delisted_at": False,
            }
        )

    @on_one_record
    def action_delist(self):
        """Clear the service away (清理取消): no new version of an item can ask for it."""
        self.check_access("write")
        if self.state != "listed":
            raise UserError(self.env._("Only a listed service can be cleared away."))
        super().write({"state": "delisted", "delisted_at": fields.Datetime.now()})
        return True

    # ----------------------------------------------------------------- in force

    @api.model
    def _domain_in_force(self):
        """Listed services that are in force today."""
        today = self.env["gov.calendar.day"]._local_now().date()
        return (
            Domain("state", "=", "listed")
            & (Domain("valid_from", "=", False) | Domain("valid_from", "<=", today))
            & (Domain("valid_to", "=", False) | Domain("valid_to", ">=", today))
        )

    def _compile(self):
        """What a version keeps of the service; nothing for a service that is not here."""
        return {
            "name": self.name or None,
            "basis": self.basis or None,
            "requirement": self.provider_requirement or None,
            "commissioned_by": self.commissioned_by or None,
            "payer": self.payer or None,
            "self_service": self.self_service or None,
            "price_type": self.price_type or None,
            "price": self.price or None,
            "time_limit": self.time_limit or None,
        }

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..kernel.procedure import Mandate


class GovMandate(models.Model):
    """The filed authorisation of a chief representative (首席代表授权书).

    It is the legal ground of a signature (`domain.md` 6.4): outside its items or dates the door
    refuses to sign.  Filed mandates do not change; they are revoked and a new one is filed.
    """

    _name = "gov.mandate"
    _description = "Mandate of a chief representative"
    _order = "valid_from desc, id desc"
    _rec_name = "number"

    number = fields.Char(required=True)
    department_id = fields.Many2one(
        "gov.department", required=True, index=True, ondelete="restrict"
    )
    user_id = fields.Many2one(
        "res.users", string="Chief representative", required=True, index=True, ondelete="restrict"
    )
    item_ids = fields.Many2many("gov.item", string="Items covered")
    valid_from = fields.Date(required=True)
    valid_to = fields.Date(required=True)
    filed_on = fields.Date(readonly=True, copy=False)
    revoked_on = fields.Date(readonly=True, copy=False)
    revoked_reason = fields.Char(readonly=True, copy=False)

    _number_uniq = models.Constraint("UNIQUE (number)", "This mandate number is used already.")
    _dates_in_order = models.Constraint(
        "CHECK (valid_from <= valid_to)", "A mandate cannot end before it begins."
    )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            # Set, not left out: a default from the context or of a user would fill the gap.
            vals.update(filed_on=False, revoked_on=False)
        return super().create(vals_list)

    def write(self, vals):
        self._check_not_filed()
        return super().write({k: v for k, v in vals.items() if k not in ("filed_on", "revoked_on")})

    def unlink(self):
        self._check_not_filed()
        return super().unlink()

    def _check_not_filed(self):
        if any(mandate.filed_on for mandate in self):
            raise UserError(
                self.env._(
                    "A filed mandate is evidence of past signatures and does not change."
                    " Revoke it and file a new one."
                )
            )

    def action_file(self):
        """File the mandate with the centre (备案); from now on it can be relied on."""
        self.check_access("write")
        for mandate in self.filtered(lambda m: not m.filed_on):
            super(GovMandate, mandate).write({"filed_on": fields.Date.context_today(mandate)})

    def action_revoke(self):
        """End a filed mandate at once; the signatures given under it stay covered."""
        self.check_access("write")
        for mandate in self.filtered(lambda m: m.filed_on and not m.revoked_on):
            super(GovMandate, mandate).write({"revoked_on": fields.Date.context_today(mandate)})

    @api.model
    def _domain_in_force(self, department, item, day):
        """Filed mandates of ``department`` that cover ``item`` on ``day``."""
        return [
            ("department_id", "=", department.id),
            ("item_ids", "in", item.ids),
            ("filed_on", "!=", False),
            ("filed_on", "<=", day),
            ("valid_from", "<=", day),
            ("valid_to", ">=", day),
            "|",
            ("revoked_on", "=", False),
            ("revoked_on", ">", day),
        ]

    def _for_user(self, user, department, item, day):
        """The filed mandate under which ``user`` may sign ``item`` on ``day``, or None."""
        domain = [("user_id", "=", user.id), *self._domain_in_force(department, item, day)]
        found = self.search(domain, limit=1)
        return Mandate(found.id, found.number) if found else None

from dataclasses import replace

from odoo import api, fields, models

from .rpc import is_id


class GovItemIntermediary(models.Model):
    """An intermediary service that an item asks for (事项涉及的中介服务).

    It refers to the catalogue by code, as packs do, so that an item from elsewhere keeps what it
    says until the service is here; the publish gate lets only the catalogue in force through.
    """

    _name = "gov.item.intermediary"
    _description = "Intermediary service of an item"
    _inherit = ["gov.version.part"]
    _order = "sequence, id"
    _rec_name = "service"

    sequence = fields.Integer(default=10)
    service = fields.Char(string="Code of the service", required=True)
    service_id = fields.Many2one(
        "gov.intermediary.service",
        string="Intermediary service",
        compute="_compute_service_id",
        inverse="_inverse_service_id",
    )
    material = fields.Char(
        string="Yields the material",
        help="Code of the material that comes from the service; the one is needed exactly when the"
        " other is.",
    )

    _material_uniq = models.Constraint(
        "UNIQUE (version_id, material)",
        "A material comes from one service; this one refers to a service already.",
    )

    @api.depends("service")
    def _compute_service_id(self):
        found = self.env["gov.intermediary.service"].search(
            [("code", "in", self.mapped("service"))]
        )
        by_code = {service.code: service for service in found}
        for row in self:
            row.service_id = by_code.get(row.service, False)

    def _inverse_service_id(self):
        for row in self.filtered("service_id"):
            row.service = row.service_id.code

    @api.onchange("service_id")
    def _onchange_service_id(self):
        if self.service_id:
            self.service = self.service_id.code

    @api.model_create_multi
    def create(self, vals_list):
        """The service may be given as a record where a screen chooses it."""
        Service = self.env["gov.intermediary.service"]
        for vals in vals_list:
            if not vals.get("service") and is_id(vals.get("service_id")):
                vals["service"] = Service.browse(vals["service_id"]).code
        return super().create(vals_list)

    def _compile(self):
        # What the catalogue says is public and becomes part of the frozen version.
        return {
            "service": self.service,
            "material": self.material or "",
            **self.sudo().service_id._compile(),
        }


class GovItemVersion(models.Model):
    _inherit = "gov.item.version"

    intermediary_ids = fields.One2many(
        "gov.item.intermediary", "version_id", string="Intermediary services", copy=True
    )

    def _compile(self):
        return super()._compile() | {
            "intermediaries": [row._compile() for row in self.intermediary_ids]
        }

    def _get_staffing(self):
        """With the catalogue in force and the providers that the texts of the item may name."""
        staffing = super()._get_staffing()
        Service = self.env["gov.intermediary.service"].sudo()  # the catalogue is public
        named = fields.Domain("code", "in", self.intermediary_ids.mapped("service"))
        in_force = Service._domain_in_force() & named
        catalogue = Service.search(in_force).mapped("code") if self.intermediary_ids else ()
        return replace(
            staffing,
            catalogue=frozenset(catalogue),
            providers=self._get_provider_names(),
        )

    def _get_provider_names(self):
        """Names of the registry, which no text of an item may hold; the kernel looks for them."""
        Provider = self.env["gov.intermediary.provider"].sudo()  # the registry is public
        everybody = Provider.with_context(active_test=False)
        names = everybody.search_fetch([], ["name", "short_name"])
        return tuple(
            name
            for provider in names
            for name in {provider.name, provider.short_name or provider.name}
        )


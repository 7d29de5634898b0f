import uuid

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..kernel import form
from ..kernel.errors import KernelError
from .gov_sealed import DOOR
from .material_demand import demanded_materials
from .speech import say


class GovCaseDraft(models.Model):
    """An application being filled in (申请草稿): saved and resumed freely, no case yet.

    A case begins with receipt.  The same model carries the answer to a one-time notice
    (``case_id`` set).  ``token`` makes filing happen exactly once: the case keeps it under a
    unique index.
    """

    _name = "gov.case.draft"
    _description = "Application being filled in"
    _inherit = ["gov.sealed"]
    _order = "write_date desc, id desc"
    _rec_name = "token"

    token = fields.Char(required=True, readonly=True)
    item_id = fields.Many2one("gov.item", required=True, readonly=True, ondelete="restrict")
    version_id = fields.Many2one(
        "gov.item.version", required=True, readonly=True, ondelete="restrict"
    )
    partner_id = fields.Many2one(
        "res.partner", string="Account", readonly=True, index=True, ondelete="restrict"
    )
    user_id = fields.Many2one("res.users", readonly=True, index=True, ondelete="restrict")
    case_id = fields.Many2one(
        "gov.case", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    window_id = fields.Many2one("gov.window", readonly=True, ondelete="restrict")
    channel = fields.Selection(
        [("online", "Online"), ("window", "Window")], required=True, readonly=True
    )
    answers = fields.Json(readonly=True)
    replies = fields.Json(
        readonly=True, help="Written answers to the requests of the one-time notice, by number."
    )
    promise = fields.Json(
        readonly=True, help="Who signed the promises in this form, and for which materials."
    )
    providers = fields.Json(
        readonly=True, help="Providers of intermediary services that the applicant chose."
    )
    is_for_promised = fields.Boolean(
        string="Promised papers", readonly=True, help="Takes only what was promised for later."
    )
    is_for_power = fields.Boolean(
        string="Another power of attorney", readonly=True, help="Takes only a 授权委托书."
    )
    revision = fields.Integer(readonly=True, aggregator=None)
    is_filed = fields.Boolean(readonly=True)
    material_ids = fields.One2many("gov.case.material", "draft_id", readonly=True)

    _token_uniq = models.Constraint("UNIQUE (token)", "This form was opened already.")

    # ----------------------------------------------------------------- open

    @api.model
    def _open(self, item, *, channel, partner=None, window=None, token=None, answers=None):
        """A new draft for ``item`` in force; the same ``token`` gives the same draft."""
        version = item.published_version_id
        if not version:
            raise UserError(
                self.env._("“%(item)s” cannot be applied for at present.", item=item.name)
            )
        token = token or uuid.uuid4().hex
        found = self.search([("token", "=", token), ("user_id", "=", self.env.uid)], limit=1)
        if found:
            return found
        return self._door_create(
            DOOR,
            [
                {
                    "token": token,
                    "item_id": item.id,
                    "version_id": version.id,
                    "partner_id": partner.id if partner else False,
                    "user_id": self.env.uid,
                    "window_id": window.id if window else False,
                    "channel": channel,
                    "answers": answers or {},
                }
            ],
        )

    @api.model
    def _open_supplement(self, case, is_for_power=False):
        """The draft in which ``case`` gets what it waits for.

        While it is being supplemented, that is the answer to the one-time notice (补正); after
        that, the papers that were promised for later (补交容缺材料).  A power of attorney may come
        at any time.
        """
        case._hold()
        is_for_promised = case.state != "supplementing" and not is_for_power
        if is_for_promised and not case._get_promised():
            raise UserError(
                self.env._("Nothing is asked of you on case %(number)s now.", number=case.number)
            )
        found = self.search(
            [
                ("case_id", "=", case.id),
                ("is_filed", "=", False),
                ("is_for_promised", "=", is_for_promised),
                ("is_for_power", "=", is_for_power),
            ],
            limit=1,
        )
        return found or self._door_create(
            DOOR,
            [
                {
                    "token": uuid.uuid4().hex,
                    "item_id": case.item_id.id,
                    "version_id": case.version_id.id,
                    "partner_id": case.partner_id.id,
                    "user_id": self.env.uid,
                    "case_id": case.id,
                    "channel": case.channel,
                    # Same person as the case, checked above; another power is filled in anew.
                    "answers": {} if is_for_power else case.sudo().answers,
                    "is_for_promised": is_for_promised,
                    "is_for_power": is_for_power,
                }
            ],
        )

    # ----------------------------------------------------------------- fill in

    def _check_is_open(self):
        self._hold()  # nothing gets into a form that is being handed in
        if self.is_filed:
            raise UserError(
                self.env._("This application has been filed already; open the case to follow it.")
            )

    def _save(self, values, revision, replies=None, promise=None):
        """Store what was filled in; returns ``{"revision", "errors": [{path, text}]}``.

        ``revision`` is the one the screen was loaded with: a second window that is behind is
        told so instead of overwriting.  Unfinished answers are kept, wrong ones reported.

        :param dict replies: written answers to the requests of the notice, by number
        :param dict promise: ``{by, is_agreed}``: who signs the promises made in the form
        """
        self._check_is_open()
        if revision != self.revision:
            raise UserError(
                self.env._(
                    "This application was changed in another window. Reload the page to continue"
                    " from there."
                )
            )
        result = self._validate(self.answers if self.is_for_promised else values, partial=True)
        vals = {"answers": dict(result.values), "revision": self.revision + 1}
        if replies is not None:
            vals["replies"] = self._clean_replies(replies)
        if promise is not None:
            vals["promise"] = self._clean_promise(promise)
        self._door_write(DOOR, vals)
        return {"revision": self.revision, "errors": self._say_errors(result.errors)}

    def _validate(self, values, *, partial=False):
        today = self.env["gov.calendar.day"]._local_now().date()
        definition = self._get_asked()
        try:
            return form.validate(definition["form"], values, today=today, partial=partial)
        except KernelError as error:
            raise UserError(say(self.env, error)) from error

    def _say_errors(self, errors):
        return [{"path": error.path, "text": say(self.env, error)} for error in errors]

    def _get_spec(self, code):
        """The material with this code that may be handed in with this form."""
        promised = self.case_id._get_promised() if self.is_for_promised else None
        for spec in self._get_asked()["materials"]:
            if spec["code"] != code:
                continue
            if promised is not None and code not in promised:
                raise UserError(
                    self.env._(
                        "“%(material)s” is not among the papers promised for later; only those"
                        " are taken in here.",
                        material=spec["name"],
                    )
                )
            return spec
        raise UserError(self.env._("This item does not ask for that material."))

    def _add_file(self, spec_code, name, content):
        """Add one file to a material of this draft."""
        self._check_is_open()
        spec = self._get_spec(spec_code)
        if len(self.material_ids) >= 100:
            raise UserError(self.env._("At most 100 files can be handed in with one application."))
        row = self.env["gov.case.material"]._add_file(self, spec, name, content)
        self._drop_promise(spec_code)
        return row

    def _set_paper(self, spec_code, form_code="paper"):
        """Record that a material was handed in on paper, promised, or replaced by a promise."""
        self._check_is_open()
        spec = self._get_spec(spec_code)
        if form_code == "paper":
            self._drop_promise(spec_code)
        return self.env["gov.case.material"]._door_create(
            DOOR,
            [
                {
                    "draft_id": self.id,
                    "spec_code": spec["code"],
                    "form": form_code,
                    "name": spec["name"],
                }
            ],
        )

    def _remove_material(self, material):
        """Take a file or paper back out of the draft."""
        self._check_is_open()
        if material.draft_id != self:
            raise UserError(self.env._("This file does not belong to the application."))
        material._door_unlink(DOOR)  # and with it its file

    def _get_needed(self):
        """Materials that the answers so far call for, in order, with what was handed in."""
        definition = self._get_asked()
        given = {}
        for material in self._get_given():
            given.setdefault(material.spec_code, self.env["gov.case.material"])
            given[material.spec_code] |= material
        specs = {spec["code"]: spec for spec in definition["materials"]}
        return [(specs[code], given.get(code, [])) for code in self._get_needed_codes(definition)]

    def _get_needed_codes(self, definition):
        today = self.env["gov.calendar.day"]._local_now().date()
        return form.needed_materials(
            demanded_materials(definition), definition["form"], self.answers or {}, today=today
        )

    def _get_given(self):
        """What was handed in for the materials, before or with this form."""
        if self.is_for_power:
            return self.material_ids
        return self.material_ids | self.case_id.material_ids

    def _get_problems(self):
        """Everything that keeps this draft from being filed: list of ``{path, text}``."""
        if self.is_for_promised:
            return self._get_promised_problems()
        result = self._validate(self.answers or {})
        problems = self._say_errors(result.errors)
        for spec, given in self._get_needed():
            if not given:
                problems.append(
                    {
                        "path": f"material:{spec['code']}",
                        "text": self.env._("Please add “%(material)s”.", material=spec["name"]),
                    }
                )
        problems += self._get_provider_problems()
        return problems + self._get_reply_problems() + self._get_signature_problems()

    # -------------------------------------------------------------------- file

    def _submit(self):
        """File the draft exactly once; a repeated call returns the same case.

        Eight clicks at once wait for each other; whoever comes later finds the draft filed.
        """
        self.ensure_one()
        self._lock_with_version()  # an answer locks its case after it, in the door
        if self.is_filed:
            return self._get_filed_case()
        self._fetch_materials()
        problems = self._get_problems()
        if problems:
            raise UserError("\n".join(problem["text"] for problem in problems))
        Case = self.env["gov.case"]
        return Case._supplement(self) if self.case_id else Case._receive(self)

    def _fetch_materials(self):
        """Read the materials with their columns, by one statement instead of two."""
        Material = self.env["gov.case.material"]
        names = [name for name, field in Material._fields.items() if field.prefetch is True]
        found = Material.search_fetch([("draft_id", "=", self.id)], names)
        self._fields["material_ids"]._insert_cache(self, (found._ids,))

    def _get_receive_facts(self):
        """What the receipt records beside answers and materials."""
        return {"signed_by": self._get_signer()} if self._get_signer() else {}

    def _get_supplement_act(self):
        """The act on the case by which this draft is filed, and what it records of it."""
        if self.is_for_promised:
            return "hand_in_deferred", {}
        if self.is_for_power:
            return "file_power", self._get_power_facts()
        return "supplement", {"answers": self.answers or {}, "replies": self._get_replies()}

    def _case_by_token(self):
        return self.env["gov.case"].search([("draft_token", "=", self.token)], limit=1)

    @api.autovacuum
    def _gc_abandoned(self):
        """Drafts untouched for 90 days are removed with their files (个人信息最小必要)."""
        limit = fields.Datetime.subtract(fields.Datetime.now(), days=90)
        for draft in self.search([("is_filed", "=", False), ("write_date", "<", limit)], limit=500):
            for material in draft.material_ids:
                draft._remove_material(material)
            draft._door_unlink(DOOR)

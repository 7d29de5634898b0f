from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from .rpc import browse_one, on_one_record


class GovCaseDraft(models.Model):
    """Intake at the window (窗口收件): public methods for clerks with a person before them.

    Each begins with ``_check_clerk``; without the role and a window or place of their own, callers
    get nothing.  The draft itself is then written through the door as for every other channel.
    """

    _inherit = "gov.case.draft"

    def _check_clerk(self):
        """Refuse everybody but intake staff, and drafts that are not theirs to fill in.

        :return: these drafts in the environment in which the door writes
        """
        user = self.env.user
        if not user.has_group("gov_approval.group_gov_window_clerk"):
            raise AccessError(self.env._("Applications at a window are taken in by window clerks."))
        drafts = self.sudo().exists()  # ownership is checked here, before anything is shown
        if len(drafts) != len(self) or any(not draft._is_for_clerk(user) for draft in drafts):
            raise AccessError(self.env._("This application is taken in by somebody else."))
        return drafts

    def _is_for_clerk(self, user):
        if self.case_id:
            return user in self.case_id.centre_id.staff_ids
        return self.user_id == user and self.channel == "window"

    @api.model
    def _get_my_windows(self):
        """Windows where the current user may take in applications."""
        return self.env["gov.window"].search(
            Domain("user_ids", "in", self.env.uid)
            & Domain("centre_id.staff_ids", "in", self.env.uid)
        )

    # ---------------------------------------------------------------- open

    @api.model
    def action_intake_items(self, text=""):
        """Items in force whose name or code contains ``text``: ``[{id, name, department}]``."""
        self._check_clerk()
        domain = Domain("published_version_id", "!=", False)
        if text:
            domain &= Domain("name", "ilike", text) | Domain("code", "ilike", text)
        items = self.env["gov.item"].search(domain, limit=12)
        return {
            "windows": [{"id": w.id, "name": w.name} for w in self._get_my_windows()],
            "items": [
                {"id": item.id, "name": item.name, "department": item.department_id.name}
                for item in items
            ],
        }

    @api.model
    def action_intake_open(self, item_id, window_id):
        """A new draft at one of the clerk's windows; returns what the screen shows."""
        clerk = self._check_clerk()
        window = self._get_my_windows().filtered(lambda w: w.id == window_id)
        if not window:
            raise UserError(
                self.env._(
                    "You are not assigned to this window. Ask the centre administrator to add you"
                    " to a window and to the intake staff of its centre."
                )
            )
        item = browse_one(self.env["gov.item"], item_id).exists()
        return clerk._open(item, channel="window", window=window)._prepare_intake()

    @api.model
    def action_intake_supplement(self, case_id, is_for_power=False):
        """The draft for papers brought to a window for a case that waits for them: the answer to
        the one-time notice, what was promised for later, or a power of attorney."""
        clerk = self._check_clerk()
        case = browse_one(self.env["gov.case"], case_id)
        case.check_access("read")
        draft = clerk._open_supplement(case, is_for_power is True)._check_clerk()
        return draft._prepare_intake()

    # -------------------------------------------------------------- fill in

    @on_one_record
    def action_intake_save(self, answers, revision, replies=None, promise=None):
        """Keep what was filled in so far; returns what the screen shows, with errors by path."""
        draft = self._check_clerk()
        saved = draft._save(answers, revision, replies, promise)
        return draft._prepare_intake() | {
            "errors": {error["path"]: error["text"] for error in saved["errors"]}
        }

    @on_one_record
    def action_intake_paper(self, spec_code, is_given=True, form_code="paper"):
        """Tick or untick a material handed in on paper or replaced by a signed commitment."""
        draft = self._check_clerk()
        spec = draft._get_spec(spec_code)
        if form_code != "paper" and not form_code == spec["required"] == "commitment":
            raise UserError(self.env._("A material is handed in on paper or as a commitment."))
        known = draft.material_ids.filtered(
            lambda m: m.spec_code == spec_code and m.form == form_code
        )
        if is_given and not known:
            draft._set_paper(spec_code, form_code)
        for material in known if not is_given else ():
            draft._remove_material(material)
        return draft._prepare_intake()

    @on_one_record
    def action_intake_promise(self, spec_code, is_given=True):
        """Tick or untick a material that the applicant promises (容缺, 告知承诺)."""
        draft = self._check_clerk()
        draft._set_promise(spec_code, bool(is_given))
        return draft._prepare_intake()

    @on_one_record
    def action_intake_provider(self, spec_code, statement):
        """Record which provider the applicant says he chose; an empty statement takes it back."""
        draft = self._check_clerk()
        draft._set_provider(spec_code, statement)
        return draft._prepare_intake()

    @on_one_record
    def action_intake_remove(self, material_id):
        """Take one uploaded file back out of the draft."""
        draft = self._check_clerk()
        draft._remove_material(draft.material_ids.filtered(lambda m: m.id == material_id))
        return draft._prepare_intake()

    @on_one_record
    def action_intake_file(self):
        """Receive the application (收件), exactly once.

        :return: ``{case_id, number, receipt_id, next}``; ``next`` is the act on the case that the
            clerk may go on with, if any
        """
        draft = self._check_clerk()
        case = draft._submit()
        receipt = case.document_ids.filtered(lambda d: d.kind == "receipt")[-1:]
        return {
            "case_id": case.id,
            "number": case.number,
            "receipt_id": receipt.id,
            "next": case.with_env(self.env)._get_next_at_window(),
        }

    # --------------------------------------------------------------- screen

    def _prepare_intake(self):
        """Everything that the intake screen shows of a draft."""
        self.ensure_one()
        definition = self._get_asked()
        return {
            "draft_id": self.id,
            "revision": self.revision,
            "item": definition["item"]["name"],
            "case": {"id": self.case_id.id, "number": self.case_id.number}
            if self.case_id
            else False,
            "is_for_promised": self.is_for_promised,
            "is_for_power": self.is_for_power,
            "requests": self._describe_requests(),
            "repeat_reason": self.case_id._get_repeat_reason() if self.case_id else "",
            "form": definition["form"],
            "answers": self.answers or {},
            "filed_answers": self.case_id.answers or {},
            "today": fields.Date.to_string(self.env["gov.calendar.day"]._local_now().date()),
            "materials": self._describe_specs(definition),
            "guided_materials": self._describe_guided(definition),
            "promises": self._describe_promises(),
            "providers": self._describe_providers(),
            "problems": self._get_problems(),
            "errors": {},
        }

    def _describe_specs(self, definition):
        """The material list of the item with what was handed in, needed ones marked."""
        if self.is_for_promised:
            specs = self._get_promised_specs()
            needed = {spec["code"] for spec in specs}
        else:
            specs = [spec for spec in definition["materials"] if spec["required"] != "waived"]
            needed = set(self._get_needed_codes(definition))
        given = self._get_given().grouped("spec_code")
        none = self.env["gov.case.material"]
        return [
            self._describe_spec(spec, given.get(spec["code"], none), spec["code"] in needed)
            for spec in specs
            if spec["code"] in needed or not spec["needed_if"] or spec["code"] in given
        ]

    def _describe_guided(self, definition):
        """The materials for the guided questions of a new application, [] where none are asked."""
        Version = self.env["gov.item.version"]
        if self.case_id or not Version._has_guidance(definition):
            return []
        return Version._get_guidance(definition, {})["materials"]

    def _describe_spec(self, spec, given, is_needed):
        own = given.filtered(lambda row: row.draft_id == self)
        promisable = self._get_promisable().get(spec["code"], "")
        return {
            "code": spec["code"],
            "name": spec["name"],
            "standard": spec["accept_standard"] or "",
            "is_needed": is_needed,
            "promise": promisable,
            "is_promised": bool(promisable) and promisable in own.mapped("form"),
            "is_commitment": spec["required"] == "commitment" and not promisable,
            "accept": ",".join(f".{kind}" for kind in spec["file_types"]),
            "is_paper": "paper" in own.mapped("form"),
            "is_committed": "commitment" in given.mapped("form"),
            "was_given": bool(given - own) and not self.is_for_promised,
            "files": [
                {
                    "id": material.id,
                    "name": material.name,
                    "kilobytes": -(-material.size // 1024),
                    "is_new": material.draft_id == self,
                }
                for material in given.filtered(lambda m: m.form == "file")
            ],
        }

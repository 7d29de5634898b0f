from odoo import models
from odoo.exceptions import UserError

from ..kernel import dues
from .material_demand import COMMITMENT, DEFERRED, PROMISES, promisable_materials

#: Longest name of a person.
NAME_LENGTH = 120


class GovCaseDraft(models.Model):
    """What the applicant promises instead of handing it in (容缺受理, 告知承诺).

    A promise is a row among the materials, form ``deferred`` or ``commitment``.  The text of all
    promises is agreed to with one name; a promise made or taken back afterwards voids that.
    """

    _inherit = "gov.case.draft"

    # -------------------------------------------------------------- promising

    def _get_promisable(self):
        """What may be promised in this form: ``{code: form of the promise}``."""
        if self.case_id:
            return {}
        return promisable_materials(self.version_id._get_definition())

    def _get_promised_rows(self):
        return self.material_ids.filtered(lambda material: material.form in PROMISES)

    def _get_binding_rows(self):
        """Promises whose text has to be agreed to."""
        promisable = self._get_promisable()
        return self._get_promised_rows().filtered(lambda row: row.spec_code in promisable)

    def _set_promise(self, spec_code, is_given=True):
        """Promise a material, or take the promise back."""
        self._check_is_open()
        if not is_given:
            self._drop_promise(spec_code)
            return
        spec = self._get_spec(spec_code)
        form_code = self._get_promisable().get(spec_code)
        if not form_code:
            raise UserError(
                self.env._(
                    "“%(material)s” cannot be promised for later by the rules of this item; please"
                    " hand it in now.",
                    material=spec["name"],
                )
            )
        if self.material_ids.filtered(lambda row: row.spec_code == spec_code):
            return
        self._set_paper(spec_code, form_code)
        problems = self._get_promise_problems()
        if problems:
            raise UserError(problems[0]["text"])

    def _drop_promise(self, spec_code):
        """A promise is void when the paper comes, or when it is taken back."""
        for row in self._get_promised_rows().filtered(lambda row: row.spec_code == spec_code):
            self._remove_material(row)

    def _get_promise_problems(self):
        """Why this applicant may not promise anything: list of ``{path, text}``."""
        return []

    # ---------------------------------------------------------------- signing

    def _clean_promise(self, promise):
        """Who agrees to the promises as they stand now; without the tick nobody does."""
        by = promise.get("by") if isinstance(promise, dict) else None
        if not isinstance(by, str) or len(by) > NAME_LENGTH:
            raise UserError(self.env._("The form sent something odd. Reload the page."))
        if promise.get("is_agreed") is not True or not by.strip():
            return False
        return {"by": " ".join(by.split()), "materials": self._get_promise_key()}

    def _get_promise_key(self):
        return sorted(f"{row.form}:{row.spec_code}" for row in self._get_binding_rows())

    def _get_signer(self):
        """Who agreed to exactly the promises that now stand in the form; empty if nobody did."""
        promise = self.promise or {}
        is_valid = bool(promise) and promise["materials"] == self._get_promise_key()
        return promise["by"] if is_valid and promise["materials"] else ""

    def _get_signature_problems(self):
        if not self._get_binding_rows() or self._get_signer():
            return []
        text = self.env._("Please read what you promise, tick it, and state who signs.")
        return [{"path": "promise", "text": text}]

    # ------------------------------------------------------------- on the screen

    def _describe_promises(self):
        """What may be promised and was, with the texts to agree to."""
        definition = self.version_id._get_definition()
        promisable = self._get_promisable()
        forms = set(promisable.values())
        texts = {}
        if DEFERRED in forms:
            texts[DEFERRED] = self._say_deferral(definition)
        if COMMITMENT in forms:
            texts[COMMITMENT] = self._say_commitment(definition)
        return {
            "can": promisable,
            "given": {row.spec_code: row.form for row in self._get_binding_rows()},
            "texts": texts,
            "signer": self._get_signer(),
        }

    def _say_deferral(self, definition):
        """The promise to hand in later (容缺受理承诺书): until when at most, and what if not."""
        period = self.env["gov.item.version"]._say_period(definition["periods"]["promised"])
        return {
            "title": self.env._("Promise to hand in later"),
            "facts": [
                self.env._(
                    "They are handed in by the day that the notice of acceptance names, at most"
                    " %(period)s after acceptance.",
                    period=period,
                ),
                self.env._(
                    "The review begins without them; the result is handed out only when they"
                    " are in."
                ),
                self.env._(
                    "If they are not in by that day, the case is ended and nothing is granted."
                ),
            ],
            "conditions": [],
        }

    def _say_commitment(self, definition):
        """What the organ tells before a promise (告知书): conditions, check, consequences."""
        period = self.env["gov.item.version"]._say_period(definition.get("check") or dues.CHECK)
        standards = [
            self.env._("%(a)s: %(b)s", a=spec["name"], b=spec["accept_standard"])
            for spec in definition["materials"]
            if spec["required"] == COMMITMENT and spec["accept_standard"]
        ]
        return {
            "title": self.env._("Promise in place of papers"),
            "facts": [
                self.env._(
                    "The decision rests on your word; whether it is true is checked within"
                    " %(period)s after it.",
                    period=period,
                ),
                self.env._(
                    "If it is not, the licence is revoked, the breach goes into the credit record,"
                    " the loss is yours, and no promise is accepted from you until it is made"
                    " good."
                ),
                self.env._(
                    "I know these conditions and consequences, I meet all of them, and I answer"
                    " for it."
                ),
            ],
            "conditions": [*definition["conditions"], *standards],
        }

    # ------------------------------------------------------------ promised papers

    def _get_promised_problems(self):
        """The papers may come one after the other, but not none of them."""
        if self.material_ids:
            return []
        first = next(iter(self._get_promised_specs()), None)
        path = f"material:{first['code']}" if first else ""
        text = self.env._("Please add at least one of the promised papers.")
        return [{"path": path, "text": text}]

    def _get_promised_specs(self):
        """The materials still promised on the case of this draft, in the order of the item."""
        promised = self.case_id._get_promised()
        materials = self.version_id._get_definition()["materials"]
        return [spec for spec in materials if spec["code"] in promised]

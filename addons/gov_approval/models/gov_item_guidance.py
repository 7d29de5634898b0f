from urllib.parse import parse_qs, urlencode

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..kernel import guidance
from ..kernel.errors import KernelError
from .material_demand import demanded_materials
from .speech import say

#: Longest query of answers that is read; no item has that many questions.
MAX_QUERY = 4000


class GovItemVersion(models.Model):
    """Guided questions before filing (情形引导), for the public and for applicants."""

    _inherit = "gov.item.version"

    @api.model
    def _has_guidance(self, definition):
        return bool(guidance.questions(definition["form"]))

    @api.model
    def _read_guidance(self, definition, query):
        """The answers in the query of an address; what it should not hold is refused in a sentence.

        :param str query: ``code=option&code=yes``
        """
        try:
            if len(query) > MAX_QUERY:
                raise KernelError("guidance.unknown", name=query[:20])
            given = parse_qs(query, keep_blank_values=True, errors="replace", max_num_fields=100)
            return guidance.read(definition["form"], given)
        except KernelError as error:
            raise UserError(say(self.env, error)) from None
        except ValueError:
            raise UserError(
                self.env._("This address has too many answers. Begin again from the guide.")
            ) from None

    @api.model
    def _get_guidance(self, definition, answers):
        """What a page of guided questions shows.

        :return: ``form``, ``materials`` (with their facts in words), ``answers``, ``today`` for the
            browser; ``query`` of the answers; ``needed`` materials, ``has_next`` question
        """
        today = self.env["gov.calendar.day"]._local_now().date()
        demanded = demanded_materials(definition)
        lead = guidance.lead(definition["form"], demanded, answers, today=today)
        materials = [self._describe_guided(spec, definition["form"]) for spec in demanded]
        return {
            "form": definition["form"],
            "materials": materials,
            "answers": answers,
            "today": fields.Date.to_string(today),
            "query": urlencode(guidance.write(answers)),
            "needed": [row for row in materials if row["code"] in lead.materials],
            "has_next": bool(lead.next),
        }

    @api.model
    def _describe_guided(self, spec, form):
        """A material for the list: what the browser judges, and what people read."""
        said = self._get_guide_material(spec, form)
        facts = (said["form"], said["copies"], said["copy_rule"])
        return {
            "code": spec["code"],
            "name": spec["name"],
            "required": spec["required"],
            "needed_if": spec["needed_if"],
            "when": said["needed_if"],
            "facts": " · ".join(fact for fact in facts if fact),
            "note": said["standard"] or "",
        }

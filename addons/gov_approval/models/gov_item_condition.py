from odoo import api, models
from odoo.exceptions import UserError

from ..kernel import condition, form
from ..kernel.errors import KernelError
from .speech import say


class GovItemVersion(models.Model):
    """Conditions judged while a designer builds them (条件校验)."""

    _inherit = "gov.item.version"

    @api.model
    def check_condition(self, text, fields):
        """What is wrong with a condition that is not stored yet.

        :param str text: the condition
        :param list fields: fields that it may name, as in a pack: ``code``, ``type``, ``options``
        :return: ``{"problem": sentence}``, empty where nothing is wrong
        """
        self.check_access("read")
        if not _are_fields(fields):
            raise UserError(
                self.env._("The fields of the form could not be read. Reload the page.")
            )
        try:
            condition.check(text, fields)
        except KernelError as error:
            return {"problem": say(self.env, error)}
        return {"problem": ""}


def _are_fields(fields):
    """Whether a client named fields at all: codes, known types, options with codes."""
    return (
        isinstance(fields, list)
        and len(fields) <= 2 * form.MAX_FIELDS
        and all(
            isinstance(field, dict)
            and isinstance(field.get("code"), str)
            and _are_options(field.get("options"))
            for field in fields
        )
    )


def _are_options(options):
    return not options or (
        isinstance(options, list) and all(isinstance(option, dict) for option in options)
    )

from typing import NamedTuple

from odoo import api, models

from ..kernel import licence
from ..kernel.errors import KernelError
from .speech import say

#: Forms of a material that rest on the applicant's promise (容缺受理, 告知承诺).
PROMISES = ("deferred", "commitment")


class Standing(NamedTuple):
    """Whether the applicant may ask for this: the certificate, and what speaks against it."""

    certificate: models.Model
    in_time: bool = True
    path: str = ""
    problem: str = ""


class GovCaseDraft(models.Model):
    """Applications about an existing certificate, and by whom they may be filed (申请资格)."""

    _inherit = "gov.case.draft"

    def _get_problems(self):
        problems = super()._get_problems()
        standing = self._judge_standing()
        if standing.problem:
            problems.append({"path": standing.path, "text": standing.problem})
        return problems + self._get_promise_problems()

    def _get_receive_facts(self):
        """What the receipt records of the certificate that the application is about."""
        facts = super()._get_receive_facts()
        if self._get_handles() == licence.NEW:
            return facts
        standing = self._judge_standing()
        return facts | {"certificate": standing.certificate._get_facts(standing.in_time)}

    def _get_about_vals(self):
        """Columns of the case on the certificate that it is about."""
        if self._get_handles() == licence.NEW:
            return {}
        certificate = self._judge_standing().certificate
        return {
            "about_certificate_id": certificate.id,
            "about_key": f"{self._get_handles()}/{certificate.number_key}",
        }

    def _get_handles(self):
        return self.version_id._get_definition().get("handles", licence.NEW)

    # ------------------------------------------------------------------ judging

    def _judge_standing(self):
        """May this applicant ask for this, about this certificate, now (Art. 49, 50, 78, 79)?"""
        Certificate = self.env["gov.certificate"].sudo()  # only what the holder may know is said
        if self.case_id:
            return Standing(Certificate)  # judged when it was filed, and again by the door
        handles = self._get_handles()
        if handles == licence.NEW:
            return self._judge_bar(Standing(Certificate), self.item_id)
        field = self._get_certificate_field()
        standing = self._judge_certificate(handles, Standing(Certificate, path=field))
        if standing.problem:
            return standing
        return self._judge_bar(standing, standing.certificate.item_id)

    def _get_certificate_field(self):
        fields = self.version_id._get_definition()["form"]["fields"]
        return next((f["code"] for f in fields if f["type"] == "certificate"), "")

    def _judge_certificate(self, handles, standing):
        typed = (self.answers or {}).get(standing.path)
        certificate = standing.certificate._find_number(typed)
        if not certificate or not self._is_holder(certificate):
            return standing._replace(problem=self._say_not_held(typed))
        problem = self._say_unfit(certificate, handles)
        if problem:
            return standing._replace(problem=problem)
        in_time = True
        if handles == licence.RENEWAL:
            Day = self.env["gov.calendar.day"]
            rule = self.version_id._get_definition().get("renewal")
            try:
                in_time = licence.admit_renewal(
                    Day._local_now().date(), certificate.valid_to or None, rule, Day._calendar()
                )
            except KernelError as error:
                return standing._replace(problem=say(self.env, error))
        return standing._replace(certificate=certificate, in_time=in_time)

    def _is_holder(self, certificate):
        """Whether the applicant of this draft is the holder.

        The number on the form proves nothing online, so there the account must be the holder's
        too; at the window the clerk has the person's papers in hand.
        """
        digest = self.env["gov.block"]._get_digest(self.answers or {})
        if not digest or digest != certificate.holder_digest:
            return False
        return self.channel == "window" or (
            bool(self.partner_id) and self.partner_id == certificate.partner_id
        )

    def _say_not_held(self, typed):
        """One sentence for an unknown number and for a certificate of somebody else."""
        if not typed:
            return self.env._("State the number of the certificate that this is about.")
        if self.channel == "window":
            return self.env._(
                "The applicant holds no certificate with the number %(number)s. Compare the number"
                " and the applicant with the paper.",
                number=typed,
            )
        return self.env._(
            "No certificate with the number %(number)s belongs to your account and the applicant"
            " stated here. Compare both with the paper; for a certificate that was applied for at a"
            " window come to the window with it.",
            number=typed,
        )

    def _say_unfit(self, certificate, handles):
        """Why this certificate cannot be what the application is about; empty if it can."""
        definition = self.version_id._get_definition()
        accepted = {self.item_id.code, *definition.get("certificate_items", ())}
        today = self.env["gov.calendar.day"]._local_now().date()
        facts = {"number": certificate.number, "state": certificate._say_state()}
        if certificate.item_id.code not in accepted:
            return self.env._(
                "“%(item)s” is not about certificates such as %(number)s (%(name)s). Choose the"
                " item that is.",
                item=self.item_id.name,
                number=certificate.number,
                name=certificate.name,
            )
        if certificate.state not in licence.ALIVE:
            return self.env._(
                "The certificate %(number)s is “%(state)s”, so nothing can be asked about it any"
                " more; apply for a new one.",
                **facts,
            )
        if certificate.state == "suspended" and handles in (licence.CHANGE, licence.REISSUE):
            return self.env._(
                "The certificate %(number)s is suspended. Once the suspension is lifted it can be"
                " changed or replaced.",
                **facts,
            )
        if certificate.valid_to and certificate.valid_to < today and handles != licence.RENEWAL:
            return self.env._(
                "The certificate %(number)s ran out on %(day)s; apply for a new one.",
                number=certificate.number,
                day=certificate.valid_to.isoformat(),
            )
        return self._say_still_open(certificate, handles)

    def _say_still_open(self, certificate, handles):
        open_case = self.env["gov.case"].sudo().search(  # the holder's own case
            [
                ("about_key", "=", f"{handles}/{certificate.number_key}"),
                ("state", "!=", "closed"),
            ],
            limit=1,
        )
        if not open_case:
            return ""
        return self.env._(
            "Case %(case)s asks for the same about this certificate and is still open. Follow that"
            " one, or withdraw it first.",
            case=open_case.number,
        )

    # --------------------------------------------------------------------- bars

    def _judge_bar(self, standing, item):
        answers = self.answers or {}
        block = self.env["gov.block"]._find_bar(
            answers,
            item,
            filed_item=self.item_id,
            handles=self._get_handles(),
            in_time=standing.in_time,
            today=self.env["gov.calendar.day"]._local_now().date(),
        )
        if not block:
            return standing
        return standing._replace(path=self._get_identity_path(answers), problem=block._say_bar())

    @api.model
    def _get_identity_path(self, answers):
        return (
            "applicant_person_id" if answers.get("applicant_person_id") else "applicant_credit_code"
        )

    def _get_promise_problems(self):
        """Whoever broke a promise hands in every paper until it is made good (6.6, 6.7)."""
        promised = self.material_ids.filtered(lambda material: material.form in PROMISES)
        block = self.env["gov.block"]._find_credit(self.answers or {}) if promised else None
        if not block:
            return []
        return [
            {"path": f"material:{material.spec_code}", "text": block._say_bar()}
            for material in promised
        ]

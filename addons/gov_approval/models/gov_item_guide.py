from markupsafe import Markup
from odoo import api, models

from ..kernel import flow_svg
from .condition_words import in_words
from .speech import word

PASSING = ("split", "join", "decision")


class GovItemVersion(models.Model):
    """The guide (服务指南) of an item, generated from its definition.

    One source for the public page, its short version, the preview in the back office and print:
    everything that Art. 30 and GB/T 36114 ask to be published.
    """

    _inherit = "gov.item.version"

    @api.model
    def _get_guide(self, definition):
        """The definition in words.

        :param dict definition: canonical JSON of a version (published or compiled draft)
        :return: ``name``, ``facts`` [(label, text)], ``limits``, ``conditions``,
            ``materials``, ``steps``, ``chart_wide`` and ``chart_tall`` (SVG), ``fees``, ``bases``,
            ``contacts``, ``complaints``, ``remedies``
        """
        organ = self._get_guide_organ(definition)
        return {
            "name": definition["item"]["name"],
            "organ": organ["name"],
            "summary": self._get_guide_summary(definition),
            "facts": self._get_guide_facts(definition, organ),
            "limits": self._get_guide_limits(definition),
            "conditions": definition["conditions"],
            "materials": [
                self._get_guide_material(material, definition["form"])
                for material in definition["materials"]
            ],
            "steps": self._get_guide_steps(definition),
            "chart_wide": self._draw_guide_chart(definition, "right"),
            "chart_tall": self._draw_guide_chart(definition, "down"),
            "fees": definition["fees"],
            "is_free": definition["guide"].get("is_fee_charged") == "no",
            "bases": definition["bases"],
            "contacts": self._get_guide_contacts(definition, organ),
            "complaints": self._get_guide_complaints(definition, organ),
            "remedies": self._say_remedies(organ),
            "source_title": definition["guide"].get("source_title"),
        }

    @api.model
    def _get_guide_organ(self, definition):
        """Published facts of the organ and its centre."""
        code = definition["item"]["department"]
        # Name, address and phones of an organ are published on every guide (Art. 30).
        department = self.env["gov.department"].sudo().search([("code", "=", code)], limit=1)
        centre = department.centre_id
        return {
            "name": department.name or definition["item"]["organ_short"],
            "centre": centre.name,
            "address": centre.address,
            "phone": centre.phone,
            "complaint_phone": centre.complaint_phone,
            "service_hours": centre.service_hours,
            "reconsideration_body": centre.reconsideration_body,
            "court": centre.court,
        }

    # ------------------------------------------------------------------- facts

    @api.model
    def _say_period(self, period):
        """A period of the definition in words, for instance “10 working days”."""
        if not period:
            return ""
        return self.env._(
            "%(value)s %(unit)s", value=period["value"], unit=word(self.env, period["unit"])
        )

    @api.model
    def _say_codes(self, codes):
        names = {
            "window": self.env._("At the window"),
            "online": self.env._("Online"),
            "post": self.env._("By post"),
            "electronic": self.env._("Electronically"),
            "phone": self.env._("By phone"),
        }
        return self.env._(", ").join(names.get(code) or word(self.env, code) for code in codes)

    @api.model
    def _say_choice(self, model, name, value):
        field = self.env[model]._fields[name]
        return dict(field._description_selection(self.env)).get(value, value) if value else ""

    @api.model
    def _say_visits(self, guide):
        visits = guide["visits"]
        if visits is None or visits < 0:
            return ""
        if visits == 0:
            return self.env._("None: everything can be done online")
        said = self.env._("At most %(count)s", count=visits)
        return f"{said} ({guide['visit_reason']})" if guide["visit_reason"] else said

    @api.model
    def _say_fee(self, definition):
        if definition["guide"].get("is_fee_charged") == "no":
            return self.env._("Free of charge")
        return self.env._("Fees are charged") if definition["fees"] else ""

    @api.model
    def _get_guide_summary(self, definition):
        """The four facts that people look for first: [(label, text)]."""
        guide, periods = definition["guide"], definition["periods"]
        rows = [
            (self.env._("We promise"), self._say_period(periods["promised"])),
            (self.env._("The law allows"), self._say_period(periods["statutory"])),
            (self.env._("Visits to the hall"), self._short_visits(guide)),
            (self.env._("Fees"), self._say_fee(definition)),
        ]
        return [row for row in rows if row[1]]

    @api.model
    def _short_visits(self, guide):
        visits = guide["visits"]
        return self.env._("%(count)s visits", count=visits) if (visits or 0) >= 0 else ""

    @api.model
    def _get_guide_facts(self, definition, organ):
        item, guide, result = definition["item"], definition["guide"], definition["result"]
        codes = item["codes"]
        commitment = {"yes": self.env._("Possible"), "no": self.env._("Not possible")}
        rows = [
            (self.env._("Item code"), item["code"]),
            (self.env._("Base code"), codes["base"]),
            (self.env._("Implementation code"), codes["implementation"]),
            (self.env._("Handling code"), codes["handling"]),
            (self.env._("Local code"), codes["local"]),
            (
                self.env._("Type of power"),
                self._say_choice("gov.item", "power_type", item["power_type"]),
            ),
            (
                self.env._("Level of exercise"),
                self._say_choice("gov.item", "exercise_level", item["exercise_level"]),
            ),
            (
                self.env._("Kind of handling"),
                self._say_choice("gov.item.version", "item_kind", definition["item_kind"]),
            ),
            (self.env._("Who may apply"), self._say_codes(definition["objects"])),
            (self.env._("Accepted and decided by"), organ["name"]),
            (self.env._("Quantity limit"), self._say_limit(guide["quantity_limit"])),
            (self.env._("Ways of handling"), self._say_codes(guide["channels"])),
            (self.env._("Visits to the hall"), self._say_visits(guide)),
            (self.env._("Commitment procedure"), commitment.get(guide["commitment_based"])),
            (self.env._("Intermediary services"), guide["intermediary_note"]),
            (self.env._("Result"), self._say_result(result)),
            (self.env._("Delivery"), self._say_codes(guide["delivery"])),
        ]
        return [row for row in rows if row[1]]

    @api.model
    def _say_limit(self, text):
        return self.env._("None") if text == "none" else text

    @api.model
    def _say_result(self, result):
        if not result["name"]:
            return self._say_choice("gov.item.version", "result_type", result["type"])
        if result["validity_unit"] == "none":
            return self.env._("%(name)s, valid without limit", name=result["name"])
        if not result["validity_value"]:
            return result["name"]
        return self.env._(
            "%(name)s, valid for %(value)s %(unit)s",
            name=result["name"],
            value=result["validity_value"],
            unit=word(self.env, result["validity_unit"]),
        )

    @api.model
    def _get_guide_limits(self, definition):
        """What the two periods mean: sentences."""
        periods, guide = definition["periods"], definition["guide"]
        lines = [
            self.env._(
                "You hear within 5 working days whether your application is accepted; without an"
                " answer it counts as accepted from the day we received it (Art. 32)."
            )
        ]
        if periods["promised"]:
            lines.append(
                self.env._(
                    "We promise to decide within %(period)s after acceptance; the day of"
                    " acceptance itself is not counted.",
                    period=self._say_period(periods["promised"]),
                )
            )
        if periods["statutory"]:
            lines.append(
                self.env._(
                    "The law allows %(period)s (Art. 42).",
                    period=self._say_period(periods["statutory"]),
                )
            )
        outside = [
            node["name"]
            for node in definition["flow"]["nodes"]
            if not node.get("counts_toward_deadline", True)
        ]
        if outside:
            lines.append(
                self.env._(
                    "Not counted (Art. 45): %(steps)s. You are told in writing how long it takes.",
                    steps=self.env._(", ").join(outside),
                )
            )
        lines.append(
            self.env._(
                "The result is handed over within 10 working days of the decision (Art. 44)."
            )
        )
        return lines + ([guide["deadline_note"]] if guide["deadline_note"] else [])

    # --------------------------------------------------------------- materials

    @api.model
    def _get_guide_material(self, material, form):
        """One material in words: ``name``, ``need``, ``copies``, ``form``, ``source``, …"""
        Spec = "gov.material.spec"
        need = material["condition_text"] or (
            in_words(self.env, material["needed_if"], form) if material["needed_if"] else ""
        )
        return {
            "code": material["code"],
            "name": material["name"],
            "required": self._say_need(material["required"]),
            "is_required": material["required"] == "always",
            "is_waived": material["required"] == "waived",
            "needed_if": need,
            "form": self._say_choice(Spec, "form", material["form"]),
            "copies": self._say_copies(material),
            "copy_rule": self._say_choice(Spec, "copy_rule", material["copy_rule"]),
            "source": self._say_choice(Spec, "source", material["source"]),
            "is_deferrable": material["is_deferrable"],
            "file_types": ", ".join(material["file_types"]).upper(),
            "max_mb": material["max_mb"],
            "basis": material["basis"],
            "standard": material["accept_standard"],
            "note": material["note"],
        }

    @api.model
    def _say_need(self, required):
        return {
            "always": self.env._("Needed"),
            "optional": self.env._("If you have it"),
            "waived": self.env._("Not needed: government data is used"),
            "commitment": self.env._("A written commitment instead"),
        }.get(required, "")

    @api.model
    def _say_copies(self, material):
        parts = []
        if material["originals"]:
            parts.append(self.env._("%(count)s original", count=material["originals"]))
        if material["photocopies"]:
            parts.append(self.env._("%(count)s copies", count=material["photocopies"]))
        return self.env._(", ").join(parts)

    # -------------------------------------------------------------------- flow

    @api.model
    def _get_guide_steps(self, definition):
        """The step table: name, who, limit, what is examined."""
        return [
            {
                "name": node["name"],
                "who": word(self.env, node["role"])
                if node["role"]
                else self._name_reviewers(node),
                "limit": self._say_step_limit(node),
                "standard": node["standard"],
            }
            for node in definition["flow"]["nodes"]
            if node["kind"] not in PASSING
        ]

    @api.model
    def _say_step_limit(self, node):
        if not node.get("counts_toward_deadline", True):
            return self.env._("not counted")
        if node["days"] == 0:
            return self.env._("at once")
        limited = {"value": node["days"], "unit": node["unit"]}
        return self._say_period(limited if node["days"] else None)

    @api.model
    def _draw_guide_chart(self, definition, direction):
        """The flow chart as SVG; ``flow_svg`` escapes every text in it."""
        nodes = definition["flow"]["nodes"]
        captions = {n["code"]: self._say_step_limit(n) for n in nodes if n["kind"] not in PASSING}
        labels = {
            (edge["source"], edge["target"]): in_words(
                self.env, edge["condition"], definition["form"]
            )
            for edge in definition["flow"]["edges"]
            if edge["condition"]
        }
        return Markup(
            flow_svg.svg(
                definition["flow"],
                title=self.env._("Flow chart: %(item)s", item=definition["item"]["name"]),
                direction=direction,
                captions=captions,
                labels=labels,
            )
        )

    # ---------------------------------------------------------------- contacts

    @api.model
    def _get_guide_contacts(self, definition, organ):
        guide = definition["guide"]
        rows = [
            (self.env._("Place of handling"), guide["place"] or organ["centre"]),
            (self.env._("Address"), organ["address"]),
            (self.env._("Service hours"), guide["service_hours"] or organ["service_hours"]),
            (self.env._("Consultation"), guide["consult_phone"] or organ["phone"]),
        ]
        return [row for row in rows if row[1]]

    @api.model
    def _get_guide_complaints(self, definition, organ):
        phones = (definition["guide"]["complaint_phone"], organ["complaint_phone"])
        return list(dict.fromkeys(phone for phone in phones if phone))

    @api.model
    def _say_remedies(self, organ):
        """Where a decision can be challenged (Art. 7), with the bodies of the centre."""
        return self.env._(
            "Against a decision you may apply to %(body)s for administrative reconsideration"
            " within 60 days, or bring an action before %(court)s within 6 months.",
            body=organ["reconsideration_body"] or self.env._("the competent body"),
            court=organ["court"] or self.env._("the competent people's court"),
        )

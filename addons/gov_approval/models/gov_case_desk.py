from odoo import api, fields, models

from ..kernel import case as casefile
from ..kernel import flow_svg, form, licence
from .desk_phrases import PHRASES
from .gov_case import DUTY_GROUPS
from .speech import word

#: Inputs of acts that the history shows as they were entered.
DETAILS = (
    "opinion", "basis", "reasons", "repeat_reason", "competent_organ", "organ", "decision_number",
    "visited_on", "reviewed_on", "experts", "body", "place", "held_on", "begins_at", "attended",
    "record", "objector", "objection", "name", "interest", "statement", "requester", "value",
    "signed_by",
    "initialled_by", "days", "expected_days", "tracking", "consent", "received_on", "receiver",
    "agent", "checked_on", "ground_on", "compensation", "consented_by", "consented_on",
    "consented_how", "note", "source", "line",
)  # fmt: skip


class GovCase(models.Model):
    """What the case page shows (办件页): computed for the reader, in the reader's words."""

    _inherit = "gov.case"

    desk = fields.Json(compute="_compute_desk")

    @api.depends_context("uid", "lang")
    def _compute_desk(self):
        for case in self:
            case.desk = case._prepare_desk()

    def _prepare_desk(self):
        """Everything on the case page; personal data only for those with a duty on the case."""
        definition, facts = self._get_casefile()
        has_duty = self.env.user.has_groups(DUTY_GROUPS)
        upcoming = self._get_next_in_queue()
        offers = self._describe_offers(definition, facts)
        return {
            "id": self.id,
            "head": self._describe_head(definition, facts, has_duty),
            "offers": offers,
            "hindered": self._describe_hindered(definition, facts),
            "waiting": self._describe_waiting(definition, facts),
            "phrases": {key: [str(text) for text in texts] for key, texts in PHRASES.items()},
            "default_basis": self._get_default_basis(definition),
            "officers": self._describe_officers(offers),
            "cards": self._describe_cards(definition, facts) if has_duty else [],
            "reviews": self._describe_reviews(definition, facts),
            "answers": self._describe_answers(definition, facts) if has_duty else [],
            "materials": self._describe_materials(definition, facts) if has_duty else [],
            "requests": [dict(request) for request in facts.requests] if has_duty else [],
            "flow": self._draw_flow(definition, facts),
            "clock": self._explain_clock(),
            "history": self._describe_history(definition),
            "documents": self._describe_documents(),
            "certificates": self._describe_certificates(),
            "next": {"id": upcoming.id, "number": upcoming.number} if upcoming else False,
        }

    # --------------------------------------------------------------------- head

    def _describe_head(self, definition, facts, has_duty):
        return {
            "number": self.number,
            "item": definition["item"]["name"],
            "department": self.department_id.name,
            "channel": self._say_selection("channel"),
            "applicant": self.applicant_name or "",
            "applicant_kind": word(self.env, self.applicant_kind) if self.applicant_kind else "",
            "id_masked": self.applicant_id_masked or "",
            "phone": (self.applicant_phone or "") if has_duty else "",
            "agent": self.agent_name or "",
            "receiver": self._get_likely_receiver(facts),
            "state": self.state,
            "state_text": self._say_selection("outcome" if self.state == "closed" else "state"),
            "lamp": self.lamp,
            "remaining_text": self.remaining_text,
            "due_on": self.next_due_on.isoformat() if self._has_running_due() else "",
            "flags": self._describe_flags(facts),
        }

    def _get_likely_receiver(self, facts):
        """Who will stand at the window for the result: an agent only with the power for it."""
        today = self.env["gov.calendar.day"]._local_now().date()
        held = facts.power
        if held and not held.refusal("agent_receive", today):
            return held.agent
        return self.applicant_name or ""

    def _describe_flags(self, facts):
        """What is out of the ordinary, in a word each."""
        flags = (
            (facts.is_deemed_accepted, self.env._("Deemed accepted")),
            (facts.is_renewed_by_silence, word(self.env, "deem_renewed")),
            (facts.is_notice_repeated, self.env._("Repeated notice")),
            (facts.deferred, self.env._("Papers to follow")),
            (facts.committed, self.env._("On a commitment")),
        )
        return [text for is_so, text in flags if is_so]

    def _say_selection(self, name):
        labels = dict(self._fields[name]._description_selection(self.env))
        return labels.get(self[name], "")

    # ------------------------------------------------------------------ waiting

    def _describe_waiting(self, definition, facts):
        """Who has to act now, for a reader who has nothing to do: steps with role and unit."""
        if self.state == "closed":
            return []
        if self.state == "supplementing":
            return [{"name": word(self.env, "supplement"), "role": word(self.env, "applicant")}]
        awaited = self._describe_awaited(definition, facts)
        reviews = {one.node for one in facts.opinions if one.is_open}
        return awaited + [
            {
                "name": step.name,
                "role": word(self.env, step.role) if step.role else "",
                "department": step.department_id.name,
            }
            for step in self.step_ids.filtered("is_active")
            if step.node not in reviews
        ]

    def _get_default_basis(self, definition):
        """The ground of a request where the material names none: the basis of the item."""
        basis = next(iter(definition["bases"]), None)
        return f"{basis['title']} {basis['article'] or ''}".strip() if basis else ""

    def _describe_officers(self, offers):
        """Colleagues who may be named as visiting officers, where an act asks for them."""
        kinds = {i["kind"] for offer in offers for i in offer["inputs"]}
        if not kinds & {"officer", "officers"}:
            return []
        staff = self.sudo().handling_department_ids.staff_ids  # names of the own colleagues
        return [{"id": user.id, "name": user.name} for user in staff.sorted("name")]

    # ------------------------------------------------------- answers, materials

    def _describe_answers(self, definition, facts):
        """Sections with the answered questions, values in words, changes since the last time."""
        changed = {change.field: change.old for change in facts.changes}
        answers = self.answers or {}
        today = self.env["gov.calendar.day"]._local_now().date()
        shown = form.visible_fields(definition["form"], answers, today=today)
        sections = []
        for section in definition["form"]["sections"]:
            rows = [
                self._describe_answer(field, answers.get(field["code"]), changed)
                for field in definition["form"]["fields"]
                if field["section"] == section["code"] and field["code"] in shown
            ]
            rows = [row for row in rows if row["text"] or row["rows"]]
            if rows:
                sections.append({"name": section["name"], "rows": rows})
        return sections

    def _describe_answer(self, field, value, changed):
        code = field["code"]
        row = {
            "code": code,
            "label": field["label"],
            "raw": value if isinstance(value, str) else "",
            "text": "",
            "rows": [],
            "heads": [],
            "is_changed": code in changed,
            "before": "",
        }
        if code in changed and field["type"] != "table":
            row["before"] = self._say_answer(field, changed[code]) or self.env._("empty")
        if field["type"] == "table":
            row["heads"] = [column["label"] for column in field["columns"]]
            row["rows"] = [
                [self._say_answer(column, line.get(column["code"])) for column in field["columns"]]
                for line in value or []
            ]
        else:
            row["text"] = self._say_answer(field, value)
        return row

    def _say_answer(self, field, value):
        if value in (None, "", []):
            return ""
        if isinstance(value, bool):
            return self.env._("Yes") if value else self.env._("No")
        labels = {option["code"]: option["label"] for option in field["options"]}
        values = value if isinstance(value, list) else [value]
        return self.env._(", ").join(labels.get(str(v), str(v)) for v in values)

    def _describe_materials(self, definition, facts):
        """Every material that the item lists, with what was handed in for it."""
        today = self.env["gov.calendar.day"]._local_now().date()
        needed = form.needed_materials(
            definition["materials"], definition["form"], self.answers or {}, today=today
        )
        forms = dict(self.material_ids._fields["form"]._description_selection(self.env))
        given = {}
        for material in self.material_ids:
            given.setdefault(material.spec_code, []).append(
                {
                    "id": material.id,
                    "name": material.name,
                    "form": forms[material.form],
                    "url": f"/web/content/{material.attachment_id.id}"
                    if material.form == "file"
                    else "",
                    "is_image": (material.mimetype or "").startswith("image/"),
                    "is_pdf": material.mimetype == "application/pdf",
                    "kilobytes": -(-material.size // 1024),
                    "round": material.round,
                }
            )
        return [
            {
                "code": spec["code"],
                "name": spec["name"],
                "standard": spec["accept_standard"] or "",
                "basis": spec["basis"] or "",
                "is_needed": spec["code"] in needed,
                "is_secret": spec["is_secret"],
                "is_promised": spec["code"] in facts.deferred,
                "provider": self._say_provider(facts.providers.get(spec["code"])),
                "given": given.get(spec["code"], []),
            }
            for spec in definition["materials"]
            if spec["code"] in needed or spec["code"] in given
        ]

    # ------------------------------------------------------------ flow, history

    def _draw_flow(self, definition, facts):
        """The flow chart with the present steps lit, as one SVG."""
        return flow_svg.svg(
            definition["flow"],
            lit=facts.active,
            done={step.node for step in facts.steps if step.completed_at},
            title=definition["item"]["name"],
            captions={
                node["code"]: self._count_opinions(facts, node["code"]) or self._say_limit(node)
                for node in definition["flow"]["nodes"]
            },
        )

    def _say_limit(self, node):
        if not node["days"]:
            return word(self.env, node["role"]) if node["role"] else ""
        return f"{node['days']} {word(self.env, node['unit'])}"

    def _describe_history(self, definition):
        """The acts so far as sentences, latest first (readers of the history only)."""
        if not self.env["gov.case.event"].has_access("read"):
            return []
        return [self._describe_event(definition, e) for e in reversed(self._get_events())]

    def _describe_event(self, definition, event):
        payload = event.payload or {}
        choice = payload.get("outcome") or payload.get("decision")
        return {
            "id": event.id,
            "at": fields.Datetime.to_string(self.env["gov.calendar.day"]._local(event.at)),
            "who": self.env._("System") if event.role == "system" else event.actor_id.name,
            "role": word(self.env, event.role.partition("@")[0]) if event.role else "",
            "kind": event.kind,
            "act": word(self.env, event.kind),
            "step": self._name_place(definition, payload),
            "choice": word(self.env, choice) if choice else "",
            "is_negative": choice in ("object", "refuse"),
            "details": self._describe_payload(definition, payload),
        }

    def _name_place(self, definition, payload):
        """The step of an act, in a joint review with the department that acted."""
        if not payload.get("node"):
            return ""
        name = casefile.node_of(definition, payload["node"])["name"]
        codes = [payload["department"]] if "department" in payload else payload.get("departments")
        units = self._get_asked_units() if codes else {}
        return " · ".join([name, *(units[code].name for code in codes or ())])

    def _describe_payload(self, definition, payload):
        details = []
        for name in DETAILS:
            if payload.get(name):
                details.append({"label": word(self.env, name), "text": str(payload[name])})
        for name in ("method", "ground"):
            if payload.get(name):
                text = word(self.env, payload[name])
                details.append({"label": word(self.env, name), "text": text})
        if payload.get("back_to"):
            name = casefile.node_of(definition, payload["back_to"])["name"]
            details.append({"label": word(self.env, "back_to"), "text": name})
        if payload.get("officers"):
            # The names of the visiting officers are on the record of the visit.
            names = self.env["res.users"].sudo().browse(payload["officers"]).mapped("name")
            text = self.env._(", ").join(names)
            details.append({"label": word(self.env, "officers"), "text": text})
        for request in payload.get("requests", ()):
            text = self.env._(
                "%(wrong)s; %(expected)s", wrong=request["wrong"], expected=request["expected"]
            )
            details.append({"label": request["material"], "text": text})
        if payload.get("mandate"):
            details.append({"label": self.env._("Mandate"), "text": payload["mandate"]})
        return details

    # --------------------------------------------------- documents, certificate

    def _describe_documents(self):
        if not self.env["gov.case.document"].has_access("read"):
            return []
        return [
            {
                "id": document.id,
                "name": document.name,
                "number": document.number,
                "issued_on": fields.Date.to_string(document.issued_on),
            }
            for document in self.env["gov.case.document"].search([("case_id", "=", self.id)])
        ]

    def _describe_certificates(self):
        if not self.env["gov.certificate"].has_access("read"):
            return []
        certificates = self.env["gov.certificate"].search([("case_id", "=", self.id)])
        labels = dict(certificates._fields["state"]._description_selection(self.env))
        return [
            {
                "id": certificate.id,
                "name": certificate.name,
                "number": certificate.number,
                "state": labels[certificate.state],
                "is_alive": certificate.state in licence.ALIVE,
                "valid_to": fields.Date.to_string(certificate.valid_to)
                if certificate.valid_to
                else "",
            }
            for certificate in certificates
        ]

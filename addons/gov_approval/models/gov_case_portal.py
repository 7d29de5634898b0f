"""What the applicant sees and does with drafts and cases (申请人端).

Portal users have no access rights on these models.  Each ``_find_own`` is one search that carries
the ownership check; whatever is not theirs does not exist for them.
"""

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import consteq, format_date

from ..kernel import flow_graph
from .gov_sealed import DOOR
from .speech import word

#: Applications that one account may have open at a time, and bytes in one of them.
MAX_OPEN_DRAFTS, MAX_DRAFT_BYTES = 30, 300 * 1024 * 1024


class GovCaseDraft(models.Model):
    _inherit = "gov.case.draft"

    @api.model
    def _find_own(self, token):
        """The draft of the current account; empty for a foreign or unknown token alike."""
        # No access rights exist for applicants: this search is the ownership check.
        return self.sudo().search(
            [("token", "=", token), ("partner_id", "=", self.env.user.partner_id.id)], limit=1
        )

    @api.model
    def _list_own(self):
        """Open drafts of the current account, the last touched first."""
        # Same: restricted to the account by the search itself.
        return self.sudo().search(
            [("partner_id", "=", self.env.user.partner_id.id), ("is_filed", "=", False)], limit=100
        )

    @api.model
    def _open_online(self, item, token, about=None, answers=None):
        """Open the draft of a one-time form; eight requests with one token make one draft.

        :param about: an own certificate that the form is about
        :param dict answers: what was answered before filing, as ``_read_guidance`` gives it
        :return: the token of the draft
        """
        owner = self._find_opened(token)
        if owner:
            if owner[0] != self.env.user.partner_id.id:
                raise UserError(self.env._("This form was opened already. Open the guide again."))
            return token
        if len(self._list_own()) >= MAX_OPEN_DRAFTS:
            raise UserError(
                self.env._(
                    "You have %(count)s open applications. Hand one in or remove one first.",
                    count=MAX_OPEN_DRAFTS,
                )
            )
        partner = self.env.user.partner_id
        known = (
            about._get_prefill(item.published_version_id) if about else self._get_known_answers()
        )
        draft = self.sudo()._open(  # the account opens a draft for itself
            item,
            channel="online",
            partner=partner,
            token=token,
            answers=known | (answers or {}),
        )
        return draft.token

    @api.model
    def _get_known_answers(self):
        """Answers about the applicant from the account's last case, so nobody types them twice."""
        # Same: the last case of the account itself.
        last = self.env["gov.case"].sudo().search(
            [("partner_id", "=", self.env.user.partner_id.id)], order="id desc", limit=1
        )
        return {
            code: value
            for code, value in (last.answers or {}).items()
            if code.startswith(("applicant_", "representative_"))
        }

    @api.model
    def _find_opened(self, token):
        """``(partner id,)`` of whoever opened the form of this token before, or None.

        Openers wait for each other: the lock holds until commit, and the check reads on a cursor
        of its own, so it sees what the request before committed.
        """
        self.env.cr.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 11))", [token])
        with self.env.registry.cursor() as latest:
            latest.execute("SELECT partner_id FROM gov_case_draft WHERE token = %s", [token])
            return latest.fetchone()

    def _get_filed_case(self):
        """The case that this draft became, or that it answered."""
        return self.case_id or self._case_by_token()

    def _check_room(self, size):
        """Refuse a file that would fill the draft beyond its quota."""
        if sum(self.material_ids.mapped("size")) + size > MAX_DRAFT_BYTES:
            raise UserError(
                self.env._(
                    "All files of one application together may have %(limit)s MB."
                    " Scan with a lower resolution.",
                    limit=MAX_DRAFT_BYTES // 1024 // 1024,
                )
            )

    def _discard(self):
        """Remove an open draft with its files at the wish of its owner."""
        self._check_is_open()
        for material in self.material_ids:
            self._remove_material(material)
        self._door_unlink(DOOR)

    def _get_screen(self):
        """What the form in the browser needs to begin."""
        definition = self._get_asked()
        today = self.env["gov.calendar.day"]._local_now().date()
        guide = self.env["gov.item.version"]
        specs = definition["materials"]
        if self.is_for_promised:
            specs = self._get_promised_specs()
        return {
            "token": self.token,
            "revision": self.revision,
            "form": False if self.is_for_promised else definition["form"],
            "values": self.answers or {},
            "filed_values": self.case_id.answers or {},
            "today": today.isoformat(),
            "materials": [
                guide._get_guide_material(material, definition["form"])
                | {"needed_if": material["needed_if"], "types": material["file_types"]}
                for material in specs
                if material["required"] != "waived"
            ],
            "files": [self._say_file(material) for material in self._get_own_files()],
            "earlier": []
            if self.is_for_promised or self.is_for_power
            else self.case_id.material_ids.mapped("spec_code"),
            "requests": self._describe_requests(),
            "repeat_reason": self.case_id._get_repeat_reason() if self.case_id else "",
            "promises": self._describe_promises(),
            "providers": self._describe_providers(),
        }

    def _get_own_files(self):
        return self.material_ids.filtered("attachment_id")

    def _say_file(self, material):
        return {
            "id": material.id,
            "spec": material.spec_code,
            "name": material.name,
            "size": material.size,
            "url": f"/my/gov/drafts/{self.token}/files/{material.id}",
        }


class GovCase(models.Model):
    _inherit = "gov.case"

    @api.model
    def _find_own(self, number):
        """The case of the current account; empty for a foreign or unknown number alike."""
        # No access rights exist for applicants: this search is the ownership check.
        return self.sudo().search(
            [("number", "=", number), ("partner_id", "=", self.env.user.partner_id.id)], limit=1
        )

    @api.model
    def _get_own_domain(self):
        return [("partner_id", "=", self.env.user.partner_id.id)]

    @api.model
    def _find_by_secret(self, number, secret):
        """The case with this number and query code; compared in constant time."""
        # The query code is the key; what is shown has no names.
        case = self.sudo().search([("number", "=", number)], limit=1)
        expected = case.secret or "no such case"
        given = secret.strip().upper()
        return case if consteq(expected.encode(), given.encode()) else case.browse()

    def _say_state(self):
        """State, and how the case ended, in words."""
        self.ensure_one()
        if self.state in ("decided", "closed") and self.outcome:
            return word(self.env, self.outcome)
        return word(self.env, self.state)

    def _say_waiting(self):
        """What the case waits for now: a sentence, empty when it is closed."""
        self.ensure_one()
        organ = self.department_id.name
        day = format_date(self.env, self.next_due_on)
        steps = self.env._(", ").join(self.step_ids.filtered("is_active").mapped("name"))
        return {
            "received": self.env._(
                "The window checks whether your papers are complete and answers by %(day)s.",
                day=day,
            ),
            "supplementing": self.env._(
                "We wait for your supplements. Answer every line of the one-time notice by"
                " %(day)s.",
                day=day,
            ),
            "accepted": self.env._("%(organ)s is at the step: %(step)s.", organ=organ, step=steps),
            "decided": self._say_delivery(),
        }.get(self.state, "")

    def _say_delivery(self):
        """What keeps a decided case from being closed."""
        _definition, facts = self._get_casefile()
        if facts.deferred:
            return self.env._(
                "The decision is made; the result is handed over when the promised papers are in."
            )
        if facts.dispatch:
            return self.env._("The decision is made and on its way to you.")
        return self.env._("The decision is made; the result is ready to be handed over.")

    def _get_timeline(self):
        """Steps done, open and to come: list of ``{name, state, at, due_on}``.

        ``state`` is ``done``, ``open``, ``next``, or ``ended`` for a step at which the case ended
        without being decided; ``is_stopped`` while the time of a step stands still.  Which way a
        branch will go is not known, so of the steps to come only those on every way are shown.
        """
        self.ensure_one()
        rows = [{"name": self.env._("Filing received"), "state": "done", "at": self.received_at}]
        for step in self.step_ids:
            done = bool(step.completed_at)
            rows.append(
                {
                    "name": step.name,
                    "state": self._say_step_state(step),
                    "at": step.completed_at if done else step.started_at,
                    "due_on": False if done or self.is_stopped else step.due_on,
                    "is_stopped": self.is_stopped and not done,
                }
            )
        if self.state != "closed":
            seen = set(self.step_ids.mapped("node"))
            rows += [
                {"name": node["name"], "state": "next"}
                for node in self._get_certain_steps()
                if node["code"] not in seen
            ]
        return rows

    def _say_step_state(self, step):
        """A step that broke off with the case is no step that was passed."""
        if not step.completed_at:
            return "open"
        is_last = step == self.step_ids.sorted("sequence")[-1:]
        return "ended" if is_last and self.state == "closed" and self._is_cut_off() else "done"

    def _is_cut_off(self):
        """Closed without a decision on the application: not accepted, withdrawn, ended."""
        return self.outcome not in (False, "granted", "refused")

    def _get_certain_steps(self):
        """Nodes with a person's work that lie on every way through the flow, in order."""
        definition = self.version_id._get_definition()
        graph = flow_graph.Graph(definition["flow"])
        ends = set(graph.of_kind(flow_graph.END))
        starts = set(graph.of_kind(flow_graph.START))
        for code in graph.order():
            if graph.kind(code) in flow_graph.PASSING:
                continue
            is_certain = code in ends | starts or not _reaches(graph, starts, ends, without=code)
            if is_certain:
                yield graph.nodes[code]

    def _get_open_requests(self):
        """The open one-time notice item by item: material, wrong, expected, basis."""
        return self._get_casefile()[1].requests if self.state == "supplementing" else ()

    def _get_material_code(self, text):
        """Code of the material that a request or a file names by code or name; '' if none."""
        specs = self.version_id._get_definition()["materials"]
        return next((spec["code"] for spec in specs if text in (spec["code"], spec["name"])), "")

    def _say_material(self, text):
        """Name of the material that a request or a file names by code; else the text itself."""
        specs = self.version_id._get_definition()["materials"]
        return next((spec["name"] for spec in specs if text == spec["code"]), text)


def _reaches(graph, starts, ends, *, without):
    """Whether some way leads from a start to an end past the node ``without``."""
    seen, waiting = set(starts), list(starts)
    while waiting:
        for edge in graph.out[waiting.pop()]:
            if edge.target != without and edge.target not in seen:
                seen.add(edge.target)
                waiting.append(edge.target)
    return bool(seen & ends)

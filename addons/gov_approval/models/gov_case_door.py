import secrets
from dataclasses import replace
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..kernel import case as casefile
from ..kernel import effects, numbering, procedure
from ..kernel.errors import KernelError
from .gov_case_actor import Network
from .gov_case_event import History
from .gov_sealed import DOOR
from .rpc import is_id
from .speech import say

#: Acts that file a draft and with it materials.
FILINGS = ("receive", "supplement", "hand_in_deferred", "file_power")


class Found(NamedTuple):
    """A case as the door found it; ``version`` is the id of the row that ``definition`` is of."""

    version: int
    definition: dict
    history: History
    before: casefile.CaseFile
    network: Network
    steps: dict  # those not completed: sequence -> id
    opinions: dict  # those of running joint reviews: sequence -> id


class GovCase(models.Model):
    """The one door (`design.md` 2.3): every change of a case is one act, one event, one writing.

    An act reads by one statement, which locks the row, and writes by one statement.  Nothing is
    remembered between acts: what the door decides on is what the locked snapshot says.
    """

    _inherit = "gov.case"

    # ------------------------------------------------------------------- filing

    @api.model
    def _receive(self, draft):
        """Receive a complete draft (收件): the case comes into being with its first event."""
        definition = draft.version_id._get_definition()
        codes = {n["department"] for n in definition["flow"]["nodes"] if n["department"]}
        birth, (department, centre, *rest) = self._read_network_of(
            draft.item_id, draft.window_id, codes
        )
        birth |= {
            "number": self._next_number(centre["division_code"]),
            "secret": numbering.secret(secrets.token_bytes(8)),
            "draft_token": draft.token,
            "item_id": draft.item_id.id,
            "version_id": draft.version_id.id,
            "window_id": draft.window_id.id,
            "channel": draft.channel,
            "partner_id": draft.partner_id.id,
            **draft._get_about_vals(),
        }
        case = self._conceive(birth, draft.material_ids)
        network = case._to_network(department, centre, *rest)
        payload = {
            "answers": draft.answers or {},
            "materials": draft.material_ids._summary(),
            "channel": draft.channel,
            "version": draft.version_id._get_digest(),
            **draft._get_receive_facts(),
        }
        role = "window_clerk" if draft.channel == "window" else "applicant"
        version = draft.version_id.id
        found = Found(version, definition, History(), casefile.CaseFile(), network, {}, {})
        case._record(found, "receive", payload, role, draft, birth)
        return case

    @api.model
    def _conceive(self, birth, materials=None):
        """The case that will be written with its first event, for whoever reads it until then."""
        case = self.browse(birth["id"])
        known = birth | {"material_ids": materials or self.env["gov.case.material"]}
        for field in self._fields.values():
            if field.store and field.name != "id":
                value = field.convert_to_cache(known.get(field.name), case, validate=False)
                field._update_cache(case, value)
        return case

    @api.model
    def _next_number(self, division):
        """The next case number of a place today (办件编号)."""
        day = self.env["gov.calendar.day"]._local_now().date()
        serial = self.env["gov.number"]._next(f"case/{division}/{day.isoformat()}")
        return numbering.case_number(division, day, serial)

    @api.model
    def _supplement(self, draft):
        """Take into the case what it waited for: the answer to the one-time notice (补正), or
        papers promised for later (补交容缺材料)."""
        kind, facts = draft._get_supplement_act()
        facts |= {"materials": draft.material_ids._summary()}
        return draft.case_id._act(kind, facts=facts, draft=draft)

    # ---------------------------------------------------------------- the door

    def action_act(self, kind, payload=None):
        """Perform an act on this case (public API of screens and of RPC).

        :param str kind: one of ``kernel.procedure.ACTS`` except those that file a draft
        :param dict payload: the declared inputs of the act; others are refused
        :return: whether the case is still open to the user
        :raises UserError: a sentence that names what is allowed now
        :raises AccessError: for a user who may not read the case
        """
        if len(self) != 1 or not is_id(self.id):
            raise UserError(self.env._("An act is performed on one case at a time; open it first."))
        if kind in FILINGS:
            self.check_access("read")
            raise UserError(
                self.env._("Papers are handed in on their form. Open it from the case.")
            )
        self._act(kind, payload)
        # With the last opinion of a review the part of a department in the case may be over.
        return kind not in procedure.JOINT_ACTS or self.has_access("read")

    def _act(self, kind, payload=None, *, facts=None, draft=None, actor=None):
        """The one door (`design.md` 2.3): lock, ask the kernel, write one event, project.

        ``facts`` are added by the code behind a screen (filed answers, digests), never by a client;
        ``draft`` is what the act files; ``actor`` is given where the user acts in no role of their
        own (the public).
        """
        self.ensure_one()
        try:
            found = self._enter()
            if payload is not None and not isinstance(payload, dict):
                raise UserError(self.env._("The inputs of an act are given by name."))
            self._check_blockers(kind)
            Day = self.env["gov.calendar.day"]
            target = self._get_target(kind)
            offer, values = procedure.check(
                kind,
                found.definition,
                found.before,
                actor or self._get_actor(found.definition, found.network),
                payload or {},
                Day._calendar(),
                Day._local_now().date(),
                target._get_definition() if target else None,
            )
            self._check_officers(values, found.network)
            values |= facts or {}
            if target:
                values |= self._get_migration_facts(target)
                goal = target._get_definition()
                found = found._replace(version=target.id, definition=goal)
            self._record(found, kind, values, offer.role, draft)
        except KernelError as error:
            raise UserError(say(self.env, error)) from error
        return self

    def _report(self, topic, facts):
        """Enter into the events what another module did about this case, so that whoever watches
        events sees it; nothing of the case itself follows from it.

        :param str topic: whose facts these are, for instance ``fee``
        :param dict facts: plain values
        """
        self.ensure_one()
        return self._record(self._enter(), "report", {"topic": topic, **facts}, "")

    def _get_blockers(self, kind):
        """Why this act has to wait, apart from what the kernel says: a list of sentences.

        Other modules add theirs (an unpaid fee, a suspended agent); the door refuses with them.
        """
        return []

    def _check_blockers(self, kind):
        if blockers := self._get_blockers(kind):
            raise UserError("\n".join(blockers))

    def _enter(self):
        """Lock the row and read what the door decides on, all of one snapshot."""
        own = SQL("gov_case.id")
        history, steps, opinions, *network = self._lock(
            self.env["gov.case.event"]._history_sql(own),
            self.env["gov.case.step"]._open_sql(own),
            self.env["gov.case.opinion"]._open_sql(own),
            self._network_sql(),
        )
        case = self.sudo()  # whoever got in: the door decides
        return case._to_found(history, steps, opinions, network)

    def _to_found(self, history, steps, opinions, network):
        definition = self.version_id._get_definition()
        history = self.env["gov.case.event"]._to_history(history)
        earlier = self._get_definitions(self.item_id, history.events)
        before = casefile.fold(definition, history.events, earlier)
        rows = [
            {int(sequence): id_ for sequence, id_ in (open_rows or {}).items()}
            for open_rows in (steps, opinions)
        ]
        network = self._to_network(*network)
        return Found(self.version_id.id, definition, history, before, network, *rows)

    def _get_events(self):
        Event = self.env["gov.case.event"].sudo()  # the door reads what it decides on
        return Event.search([("case_id", "=", self.id)], order="sequence")

    def _get_casefile(self):
        """The facts of the case, folded from its events (`kernel.case`)."""
        self.ensure_one()
        definition = self.version_id.sudo()._get_definition()  # frozen public facts
        Event = self.env["gov.case.event"]
        self.env.cr.execute(SQL("SELECT %s", Event._history_sql(self.id)))
        history = Event._to_history(self.env.cr.fetchone()[0])
        earlier = self._get_definitions(self.item_id, history.events)
        return definition, casefile.fold(definition, history.events, earlier)

    # ---------------------------------------------------------------- recording

    def _record(self, found, kind, payload, role, draft=None, birth=None):
        """Write the event with its documents and everything that follows from it, at once.

        :param draft: what the act files
        :param birth: columns of a case that comes into being with this event
        """
        moment = fields.Datetime.now()
        Event = self.env["gov.case.event"].sudo()  # from here on the door itself writes,
        case = self.sudo()  # whoever opened it
        local = case.env["gov.calendar.day"]._local(moment)
        event = casefile.Event(kind, local, Event._person(self.env.uid), role, payload)
        after = casefile.apply(found.definition, found.before, event)
        documents = case.env["gov.case.document"]._prepare(case, found.definition, event, after)
        payload = dict(payload, **documents.payload)
        if messages := effects.messages(found.definition, after):
            payload["messages"] = messages
        vals = Event._prepare_next(case, found.history, kind, moment, role, payload)
        writing = case._door_begin(DOOR)
        with_answers = after.answers != found.before.answers or kind == "migrate"
        case._project_into(writing, found, after, with_answers, head=vals["digest"], birth=birth)
        if kind == "migrate":
            case._project_drafts(writing, found.version, payload)
        row = writing.insert(Event, [vals])
        if draft:
            case._take_draft(writing, draft, found.history)
        documents.issue(writing, case, row)
        case.env["gov.notice"]._queue(writing, case, row, kind, messages)
        case._accompany(writing, found, replace(event, payload=payload), after)
        writing.send()
        if birth:
            case.invalidate_recordset(flush=False)  # from now on it is read from the database
        case._emit(row.records, event, found.before, after)
        return row.records

    def _take_draft(self, writing, draft, history):
        """Move the materials of a draft into the case; round n is the n-th filing after receipt."""
        number = sum(event.kind in FILINGS for event in history.events)
        writing.update(draft, {"is_filed": True})
        if draft.material_ids:
            vals = {"case_id": self.id, "draft_id": False, "round": number}
            writing.update(draft.material_ids, vals)

    def _accompany(self, writing, found, event, after):
        """The place where other modules add what they keep beside an act, at no statement more.

        :param writing: what is sent at once; its ``add`` takes statements of other tables
        :param found: the case as the door found it; ``event``: as it is recorded
        :param after: the facts of the case with it
        """

    def _emit(self, record, event, before, after):
        """Called once with every new event, in its transaction, when everything is stored.

        The place where other modules follow what happens; they queue what takes time.

        :param record: the ``gov.case.event``; ``event``: the same for the kernel
        :param before: the facts of the case without it; ``after``: with it
        """

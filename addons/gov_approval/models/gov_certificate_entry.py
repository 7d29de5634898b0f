"""Licences that existed before the system (存量证照): entered from records by the department.

Each becomes a case of its own with one event, so that it takes part in everything that happens to
licences afterwards through the one door; what the record says is judged by ``kernel.entry``.
"""

import secrets

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from psycopg2 import IntegrityError

from ..kernel import case as casefile
from ..kernel import entry, licence, numbering
from ..kernel.errors import KernelError
from . import table_reader
from .gov_case_door import Found
from .gov_case_event import History
from .gov_sealed import DOOR
from .speech import say


class GovCase(models.Model):
    """The history of an entered licence (存量证照档案): a case with nothing to decide."""

    _inherit = "gov.case"

    channel = fields.Selection(selection_add=[("records", "From records")])

    @api.model
    def _open_entry(self, item, said, source):
        """Write the history that an entered licence begins with; the register follows it.

        :param said: ``kernel.entry.Entry``
        :param dict source: ``source`` (file or book) and ``line``
        """
        version = item.sudo().published_version_id  # public facts
        definition = version._get_definition()
        codes = {n["department"] for n in definition["flow"]["nodes"] if n["department"]}
        birth, (department, centre, *rest) = self._read_network_of(
            item, self.env["gov.window"], codes
        )
        birth |= {
            "number": self._next_number(centre["division_code"]),
            "secret": numbering.secret(secrets.token_bytes(8)),
            "item_id": item.id,
            "version_id": version.id,
            "channel": "records",
        }
        case = self._conceive(birth)
        network = case._to_network(department, centre, *rest)
        found = Found(version.id, definition, History(), casefile.CaseFile(), network, {}, {})
        payload = self._prepare_entry(said, source) | {"version": version._get_digest()}
        case._record(found, "enter_licence", payload, "item_manager", None, birth)
        return case

    @api.model
    def _prepare_entry(self, said, source):
        return {"entry": said.to_payload(), "answers": dict(said.answers), **source}

    def _emit(self, record, event, before, after):
        super()._emit(record, event, before, after)
        if event.kind not in ("enter_licence", "correct_entry"):
            return
        case = self.sudo()  # the door writes, whoever entered it
        Certificate = case.env["gov.certificate"]
        vals = Certificate._prepare_entry_vals(case, after, event.payload)
        if event.kind == "correct_entry":
            case.certificate_ids._door_write(DOOR, vals)
        else:
            Certificate._door_create(
                DOOR, [Certificate._prepare_entered_vals(case, record, event.payload) | vals]
            )


class GovCertificate(models.Model):
    """Certificates entered from records, line by line, and how an entry is put right."""

    _inherit = "gov.certificate"

    is_entered = fields.Boolean(
        string="Entered from records",
        readonly=True,
        help="Granted before there was this system; the entry repeats what the records say.",
    )
    entry_source = fields.Char(string="File or book", readonly=True)
    entry_line = fields.Integer(string="Line", readonly=True, aggregator=None)
    entered_by_id = fields.Many2one(
        "res.users", string="Entered by", readonly=True, ondelete="restrict"
    )
    entered_at = fields.Datetime(string="Entered on", readonly=True)

    _key_uniq = models.UniqueIndex(
        "(number_key, revision) WHERE number_key IS NOT NULL",
        "The register has a certificate with this number already.",
    )

    # ----------------------------------------------------------------- entering

    @api.model
    def _enter_table(self, item, content, source, *, is_trial=False):
        """Enter the licences of a table; a faulty line is reported and never spoils the others.

        :param bytes content: CSV or XLSX
        :param str source: name of the file
        :param is_trial: only say what would happen
        :return: ``(lines, notes)``: a dict for each line (``line``, ``ok``, ``number``, ``holder``,
            ``text``), and sentences about the whole table
        :raises UserError: when nothing of the file can be read
        """
        self._check_may_enter(item)
        try:
            found = table_reader.read_table(content, entry.COLUMNS, entry.REQUIRED)
            if len(found.rows) > entry.MAX_LINES:
                raise KernelError(
                    "entry.too_many_lines", found=len(found.rows), limit=entry.MAX_LINES
                )
        except KernelError as error:
            raise UserError(say(self.env, error)) from error
        seen = {}
        lines = [self._enter_line(item, row, source, seen, is_trial) for row in found.rows]
        return lines, [say(self.env, note) for note in found.notes]

    def _enter_line(self, item, row, source, seen, is_trial):
        line = {"line": row.number, "ok": False, "number": row.cells.get("number", "")[:60]}
        line |= {"holder": row.cells.get("holder_name", "")[:60]}
        try:
            if row.error:
                raise row.error
            key = numbering.certificate_key(row.cells["number"])
            if key and key in seen:
                raise UserError(
                    self.env._(
                        "The number stands in line %(line)s already. Keep the line that is right.",
                        line=seen[key],
                    )
                )
            said = self._read_entry(row.cells)
            seen[key] = row.number
            if is_trial:
                return line | {"ok": True, "text": self.env._("Can be entered.")}
            with self.env.cr.savepoint():
                self._enter(item, said, {"source": source, "line": row.number})
        except KernelError as error:
            return line | {"text": say(self.env, error)}
        except UserError as error:
            return line | {"text": str(error)}
        return line | {"ok": True, "text": self.env._("Entered.")}

    @api.model
    def _enter_one(self, item, cells, source):
        """Enter a single licence from a form.

        :param dict cells: texts by the keys of ``kernel.entry.COLUMNS``
        """
        self._check_may_enter(item)
        try:
            said = self._read_entry(cells)
        except KernelError as error:
            raise UserError(say(self.env, error)) from error
        return self._enter(item, said, {"source": source})

    def _enter(self, item, said, source):
        try:
            # Whoever entered it may read what the register has of it, though not its history.
            return self.env["gov.case"]._open_entry(item, said, source).sudo().certificate_ids
        except IntegrityError as error:  # somebody else entered it at the same time
            raise UserError(self._say_number_taken(said.number)) from error

    def _read_entry(self, cells):
        """What a line says, if its number is free; ``self`` may keep its own number.

        :raises KernelError: for what the line says
        :raises UserError: for a number that the register has already
        """
        today = self.env["gov.calendar.day"]._local_now().date()
        said = entry.read(cells, today)
        register = self.sudo()  # only whether the number is taken is said
        if register._find_number(said.number) - self:
            raise UserError(self._say_number_taken(said.number))
        return said

    def _say_number_taken(self, number):
        return self.env._(
            "The register has a certificate with the number %(number)s already, so it was not"
            " entered again. Look it up there; an entry with mistakes is corrected, not repeated.",
            number=number,
        )

    @api.model
    def _check_may_enter(self, item):
        """Licences are entered by the item managers of the department that grants them."""
        unit = item.sudo().department_id  # who works where is no secret
        is_manager = self.env.user.has_group("gov_approval.group_gov_item_manager")
        if not is_manager or self.env.user not in unit.staff_ids:
            raise AccessError(
                self.env._(
                    "Licences from records are entered and corrected by the item managers of the"
                    " department that grants them; ask one of %(department)s.",
                    department=unit.name or self.env._("that department"),
                )
            )
        version = item.sudo().published_version_id  # public facts
        definition = version._get_definition() if version else {"result": {"type": ""}}
        is_new = definition.get("handles", licence.NEW) == licence.NEW
        if not is_new or definition["result"]["type"] != "licence":
            raise UserError(
                self.env._(
                    "“%(item)s” has no published version that grants a licence. Choose the item"
                    " that grants these licences anew.",
                    item=item.name,
                )
            )

    # --------------------------------------------------------------- correcting

    def _correct_entry(self, cells, reasons):
        """Put an entry right while nothing rests on it; the history keeps what stood before.

        :param dict cells: as in ``_enter_one``; an empty ``holder_number`` stays as it is
        """
        self.ensure_one()
        self.check_access("read")
        self._check_may_enter(self.item_id)
        if not reasons or not reasons.strip():
            raise UserError(self.env._("Say why the entry is corrected; the history keeps it."))
        case = self.sudo().case_id  # the entry is theirs, the case behind it only its history
        try:
            found = case._enter()
            entry.check_correction(found.before)
            self._check_is_free()
            known = self.env["gov.block"]._get_number(found.before.answers)
            cells = cells | {"holder_number": cells.get("holder_number") or known}
            said = self._read_entry(cells)
            payload = case._prepare_entry(said, {"reasons": reasons.strip()[:4000]})
            case._record(found, "correct_entry", payload, "item_manager")
        except KernelError as error:
            raise UserError(say(self.env, error)) from error
        except IntegrityError as error:
            raise UserError(self._say_number_taken(cells["number"])) from error

    def _check_is_free(self):
        """No case and no later revision rests on the entry."""
        register = self.sudo()  # only whether there is such a case is said
        about = register.env["gov.case"].search_count(
            [("about_certificate_id", "=", register.id)], limit=1
        )
        if about or register._get_revisions()[:1] != register:
            raise UserError(
                self.env._(
                    "An application about this certificate was filed already, so its entry is not"
                    " corrected any more. What is wrong is put right by a change (变更)."
                )
            )

    # ------------------------------------------------------------- the register

    @api.model
    def _prepare_entered_vals(self, case, record, payload):
        """Columns that an entry keeps for good, with what makes it verifiable."""
        return {
            "revision": 1,
            "case_id": case.id,
            "item_id": case.item_id.id,
            "department_id": case.department_id.id,
            "is_entered": True,
            "entry_source": payload.get("source"),
            "entry_line": payload.get("line", 0),
            "entered_by_id": record.actor_id.id,
            "entered_at": record.at,
            "token": secrets.token_urlsafe(24),
            "verification_code": numbering.secret(secrets.token_bytes(8)),
        }

    @api.model
    def _prepare_entry_vals(self, case, after, payload):
        """Columns that follow from what the record says."""
        definition, said = case.version_id._get_definition(), payload["entry"]
        held, result = after.licence, definition["result"]
        return {
            "number": said["number"],
            "number_key": numbering.certificate_key(said["number"]),
            "name": said["name"] or result["name"] or case.item_id.name,
            "region": said["region"] or result.get("region"),
            "issued_on": said["issued_on"],
            **self._prepare_holder_vals(after.answers),
            **self._prepare_state_vals(held),
            "remind_on": self._get_remind_date(case.item_id, held.valid_to, definition)
            if held.state in licence.ALIVE
            else False,
        }

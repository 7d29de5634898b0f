"""Whose lifecycles are measured: ours, the peer's, and that of PostgreSQL alone.

A party names its operations in order; each runs as the HTTP layer runs a request: a cursor and an
environment of its own user, flush, commit.  Seven operations of five people make a case, without
files on any side.
"""

import threading
import uuid
from contextlib import closing
from functools import partial

import psycopg2
from measure import milliseconds
from odoo import SUPERUSER_ID, Command, api
from odoo.addons.gov_approval.tests import common
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.tests import new_test_user

TABLES = "SELECT %s FROM pg_class WHERE relkind = 'r' AND relnamespace = '%s'::regnamespace"


def size_of(database, schema):
    """Bytes of a schema's tables, compact: however busy PostgreSQL's own cleaning was."""
    with closing(psycopg2.connect(dbname=database)) as connection:
        connection.autocommit = True
        cursor = connection.cursor()
        cursor.execute(TABLES % ("string_agg(oid::regclass::text, ', ')", schema))
        cursor.execute(f"VACUUM (FULL, ANALYZE) {cursor.fetchone()[0]}")
        cursor.execute(TABLES % ("sum(pg_total_relation_size(oid))", schema))
        return int(cursor.fetchone()[0])


class OdooParty:
    """Users that act on an Odoo database."""

    def __init__(self, database):
        self.registry = Registry(database)
        # composed and queued as ever, but nothing leaves the machine
        self.registry["mail.mail"].send = lambda *_arguments, **_options: True
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"no_reset_password": True})
            people = self.prepare(env)
            self.people = [
                (user.id, dict(env(user=user.id)["res.users"].context_get())) for user in people
            ]

    def prepare(self, env):
        """Set up what cases need; returns the people that act."""
        raise NotImplementedError

    def act(self, person, function):
        """One request of a person."""
        uid, context = self.people[person]
        with self.registry.cursor() as cr:
            env = api.Environment(cr, uid, context)
            retrying(partial(function, env), env)

    def size(self):
        """Bytes of all tables."""
        return size_of(self.registry.db_name, "public")


class Ours(OdooParty):
    """An online application that is accepted, visited, reviewed, granted and delivered."""

    title = "ours"

    def prepare(self, env):
        world = common.build_network(env)
        rarely = {"code": "authority", "name": "Power of attorney", "required": "always"}
        material = Command.create(rarely | {"needed_if": "has_agent", "basis": "Art. 29"})
        version = common.build_item(env, world, material_ids=[material])
        self.item = version.item_id.id
        self.officers = [world["reviewer"].id, world["reviewer2"].id]
        self.today = env["gov.calendar.day"]._local_now().date().isoformat()
        return [world[who] for who in ("applicant", "clerk", "reviewer", "reviewer2", "chief")]

    def operations(self):
        """(name, function) of one case."""
        token, case = uuid.uuid4().hex, []

        def fill_in(env):
            Draft = env["gov.case.draft"]
            item = env["gov.item"].browse(self.item).sudo()  # as the public page finds it
            Draft._open_online(item, token)
            Draft._find_own(token)._save(common.ANSWERS, 0)

        def submit(env):
            case[:] = env["gov.case.draft"]._find_own(token)._submit().ids

        def act(kind, payload):
            return lambda env: env["gov.case"].browse(case).action_act(kind, payload)

        opinion = {"opinion": "As described", "outcome": "pass"}
        visit = {"officers": self.officers, "visited_on": self.today, **opinion}
        grant = {"decision": "grant", "opinion": "Agreed"}
        for name, person, function in (
            ("fill in, save", 0, fill_in),
            ("submit", 0, submit),
            ("accept", 1, act("accept", None)),
            ("site visit", 2, act("complete_step", visit)),
            ("review", 3, act("complete_step", opinion)),
            ("decide", 4, act("decide", grant)),
            ("deliver", 1, act("deliver", {"method": "window", "receiver": "Li"})),
        ):
            yield name, partial(self.act, person, function)


class Helpdesk(OdooParty):
    """A ticket with a time limit that five agents take through seven stages, tracked in chatter."""

    title = "OCA helpdesk_mgmt + SLA"
    STAGES = ("New", "Submitted", "Approved 1", "Approved 2", "Approved 3", "Approved 4", "Done")

    def prepare(self, env):
        groups = "base.group_user,helpdesk_mgmt.group_helpdesk_user"
        agents = [
            new_test_user(env, f"agent{n}", groups=groups, notification_type="inbox")
            for n in range(5)
        ]
        customer = new_test_user(env, "customer", groups="base.group_portal")
        agent_ids = [agent.id for agent in agents]
        team = env["helpdesk.ticket.team"].create(
            {
                "name": "Approvals",
                "use_sla": True,
                "user_ids": [Command.set(agent_ids)],
                "resource_calendar_id": env.company.resource_calendar_id.id,
            }
        )
        stages = env["helpdesk.ticket.stage"].create(
            [
                {
                    "name": name,
                    "sequence": 10 + n,
                    "closed": name == "Done",
                    "team_ids": [Command.set(team.ids)],
                }
                for n, name in enumerate(self.STAGES)
            ]
        )
        env["helpdesk.sla"].create(
            {
                "name": "20 days",
                "days": 20,
                "stage_id": stages[-1].id,
                "team_ids": [Command.set(team.ids)],
            }
        )
        self.stages = stages.ids
        self.ticket = {
            "name": "Food licence",
            "description": f"<p>{'A kitchen of 60 square metres. ' * 10}</p>",
            "team_id": team.id,
            "stage_id": stages[0].id,
            "partner_id": customer.partner_id.id,
            "category_id": env["helpdesk.ticket.category"].create({"name": "Licences"}).id,
        }
        return agents

    def operations(self):
        """(name, function) of one ticket."""
        ticket = []

        def create(env):
            ticket[:] = env["helpdesk.ticket"].create(dict(self.ticket)).ids

        def move(env, stage, agent):
            env["helpdesk.ticket"].browse(ticket).write(
                {"stage_id": self.stages[stage], "user_id": self.people[agent][0]}
            )

        yield "create", partial(self.act, 0, create)
        for stage, name in enumerate(self.STAGES[1:], 1):
            actor, receiver = (stage - 1) % 5, stage % 5
            yield name.lower(), partial(
                self.act, actor, partial(move, stage=stage, agent=receiver)
            )


class RawSql:
    """The floor: the same two rows an operation, written by hand on one connection."""

    title = "raw SQL"
    TABLES = """
        CREATE SCHEMA floor;
        CREATE TABLE floor.file (
            id bigserial PRIMARY KEY, number text UNIQUE, secret text, item int, version int,
            department int, centre int, place int, account int, handler int, applicant text,
            phone text, answers jsonb, state int, outcome int, received_at timestamp,
            accepted_at timestamp, decided_at timestamp, closed_at timestamp, promised_due date,
            statutory_due date, next_due date, head text);
        CREATE INDEX ON floor.file (account);
        CREATE INDEX ON floor.file (department);
        CREATE INDEX ON floor.file (handler);
        CREATE INDEX ON floor.file (state);
        CREATE INDEX ON floor.file (next_due) WHERE state < 6;
        CREATE TABLE floor.event (
            id bigserial PRIMARY KEY, file bigint, sequence int, kind text, at timestamp,
            actor int, role text, payload jsonb, previous text, digest text);
        CREATE INDEX ON floor.event (file);
        CREATE TABLE floor.tick (number int)"""
    OPEN = """
        INSERT INTO floor.file (number, secret, item, version, department, centre, place, account,
            handler, applicant, phone, answers, state, received_at, next_due, head)
        VALUES (%s, 'K7M2', 1, 1, 1, 1, 1, 1, 1, 'Test food company', '13800138000', %s, 0, now(),
            current_date + 20, %s) RETURNING id"""
    MOVE = """
        UPDATE floor.file SET state = %s, handler = %s, next_due = current_date + 10, head = %s
        WHERE id = %s AND state = %s"""
    NOTE = """
        INSERT INTO floor.event (file, sequence, kind, at, actor, role, payload, previous, digest)
        VALUES (%s, %s, 'act', now(), %s, 'reviewer', %s, %s, %s)"""
    ANSWERS = '{"answers": "%s"}' % ("x" * 300)
    OPINION = '{"opinion": "As described", "outcome": "pass"}'
    DIGEST = "0" * 64

    def __init__(self, database):
        self.connection = psycopg2.connect(dbname=database)
        self.cursor = self.connection.cursor()
        self.cursor.execute(self.TABLES)
        self.connection.commit()

    def execute(self, query, *values):
        """One statement, counted as Odoo counts its own."""
        self.cursor.execute(query, values)
        threading.current_thread().query_count += 1

    def calibration(self):
        """Milliseconds of a round trip and of a commit: how fast PostgreSQL is just now."""

        def write():
            self.cursor.execute("INSERT INTO floor.tick VALUES (1)")

        def write_and_commit():
            write()
            self.connection.commit()

        trip = milliseconds(lambda: self.cursor.execute("SELECT 1"), 100)
        commit = milliseconds(write_and_commit, 50) - milliseconds(write, 50)
        self.connection.commit()
        return trip, commit

    def size(self):
        """Bytes of its tables."""
        return size_of(self.connection.info.dbname, "floor")

    def operations(self):
        """(name, function) of one case."""
        file = []

        def note(sequence):
            payload = self.OPINION if sequence else self.ANSWERS
            self.execute(self.NOTE, file[0], sequence, sequence, payload, self.DIGEST, self.DIGEST)
            self.connection.commit()

        def opened():
            self.execute(self.OPEN, uuid.uuid4().hex, self.ANSWERS, self.DIGEST)
            file[:] = self.cursor.fetchone()
            note(0)

        def moved(state):
            self.execute(self.MOVE, state, state, self.DIGEST, file[0], state - 1)
            note(state)

        yield "insert", opened
        for state in range(1, 7):
            yield f"update {state}", partial(moved, state)

"""A small district with one person for every role and one published item."""

import base64
from contextlib import contextmanager

from freezegun import freeze_time
from odoo import Command
from odoo.tests import TransactionCase, new_test_user

G = "gov_approval.group_gov_"
#: login -> (groups, what they are)
PERSONAS = {
    "clerk": "window_clerk",
    "clerk2": "window_clerk",
    "reviewer": "reviewer",
    "reviewer2": "reviewer",
    "chief": "representative",
    "manager": "item_manager",
    "administrator": "centre_administrator",
    "cashier": "cashier",
    "finance": "finance_officer",
    "supervisor": "supervisor",
    "investigator": "investigator",
    "leader": "leader",
    "government_head": "government_head",
    "auditor": "auditor",
}
VISIT_FLOW = (
    ("accept", "start", "intake", "window_clerk", None),
    ("visit", "procedure", None, "reviewer", "site_visit"),
    ("review", "task", "review", "reviewer", None),
    ("decide", "task", "decide", "representative", None),
    ("deliver", "end", "close", "window_clerk", None),
)


def build_network(env):
    """Centre, two departments, a window, staff; returns a dict of records by short name."""
    # A district speaks Chinese; these tests compare with the source, whoever is asked.
    env["res.lang"]._activate_lang("en_US")
    env["ir.default"].set("res.partner", "lang", "en_US")
    env.ref("base.public_partner").lang = "en_US"
    world = {}
    env = env(context=dict(env.context, no_reset_password=True))  # no invitation by mail
    for login, role in PERSONAS.items():
        world[login] = new_test_user(
            env, f"test-{login}", groups=f"base.group_user,{G}{role}", name=login
        )
    for login in ("applicant", "stranger"):
        world[login] = new_test_user(env, f"test-{login}", groups="base.group_portal", name=login)
    world["foreign_clerk"] = new_test_user(env, "test-foreign-clerk", groups=f"{G}window_clerk")
    world["foreign_reviewer"] = new_test_user(env, "test-foreign-reviewer", groups=f"{G}reviewer")
    world["centre"] = env["gov.centre"].create(
        {
            "name": "Test centre",
            "code": "test-centre",
            "division_code": "510199",
            "staff_ids": [Command.set([world["clerk"].id, world["clerk2"].id])],
        }
    )
    world["other_centre"] = env["gov.centre"].create(
        {
            "name": "Other centre",
            "code": "test-other-centre",
            "division_code": "510198",
            "staff_ids": [Command.set([world["foreign_clerk"].id])],
        }
    )
    world["window"] = env["gov.window"].create(
        {
            "name": "Window 1",
            "code": "w1",
            "centre_id": world["centre"].id,
            "user_ids": [Command.set([world["clerk"].id, world["clerk2"].id])],
        }
    )
    staff = ("reviewer", "reviewer2", "chief", "manager")
    world["department"] = env["gov.department"].create(
        {
            "name": "Market bureau",
            "code": "test-market",
            "organ_short": "测市监",
            "centre_id": world["centre"].id,
            "staff_ids": [Command.set([world[s].id for s in staff])],
        }
    )
    world["other_department"] = env["gov.department"].create(
        {
            "name": "Water bureau",
            "code": "test-water",
            "organ_short": "测水",
            "centre_id": world["other_centre"].id,
            "staff_ids": [Command.set([world["foreign_reviewer"].id])],
        }
    )
    return world


def mandate_vals(env, department, user, number, items, **more):
    """A complete mandate with every power and a seal of its own, ready to be filed."""
    seal = env["gov.seal"].create(
        {"name": "Seal", "number": f"S-{number}", "department_id": department.id}
    )
    return {
        "number": number,
        "department_id": department.id,
        "user_id": user.id,
        "item_ids": [Command.set(items.ids)],
        "valid_from": "2020-01-01",
        "valid_to": "2099-12-31",
        "rank": "section_head",
        "duties": "Decides",
        "can_extend": True,
        "can_manage_clock": True,
        "can_manage_licences": True,
        "seal_id": seal.id,
        "paper": base64.b64encode(PDF),
        **more,
    }


def build_item(env, world, code="test-food", flow=VISIT_FLOW, **version_vals):
    """An item with form, materials and flow, published; returns the version."""
    item = env["gov.item"].create(
        {
            "name": f"Licence {code}",
            "code": code,
            "department_id": world["department"].id,
            "power_type": "01",
            "exercise_level": "4",
        }
    )
    world["mandate"] = env["gov.mandate"].create(
        mandate_vals(env, world["department"], world["chief"], f"M-{code}", item)
    )
    world["mandate"].action_file()
    nodes = [
        {
            "code": c,
            "kind": kind,
            "stage": stage,
            "name": c,
            "role": role,
            "procedure": procedure,
            "sequence": i,
            "days": {"review": 5, "decide": 3, "visit": 2}.get(c, 0),
        }
        for i, (c, kind, stage, role, procedure) in enumerate(flow)
    ]
    edges = [{"source": a[0], "target": b[0]} for a, b in zip(flow, flow[1:], strict=False)]
    create = Command.create
    version = env["gov.item.version"].create(
        {
            "item_id": item.id,
            "item_kind": "promised",
            "statutory_value": 15,
            "promised_value": 10,
            "objects": "person,enterprise",
            "place": "Hall, window 1",
            "service_hours": "9-17",
            "consult_phone": "12345",
            "complaint_phone": "12345",
            "quantity_limit": "none",
            "visits": 0,
            "is_fee_charged": "no",
            "result_name": "Licence",
            "result_type": "licence",
            "validity_value": 5,
            "validity_unit": "year",
            "basis_ids": [create({"code": "b1", "title": "Food Safety Law", "article": "35"})],
            "condition_ids": [create({"text": "Premises are clean"})],
            "section_ids": [create({"code": "premises", "name": "Premises"})],
            "field_ids": [
                create(
                    {
                        "code": "area",
                        "label": "Area",
                        "type": "number",
                        "is_required": True,
                        "constraint": "area > 0",
                        "constraint_message": "More than nothing",
                        "is_indexed": True,
                        "basis": "premises",
                    }
                ),
                create(
                    {
                        "code": "has_kitchen",
                        "label": "Kitchen",
                        "type": "yes_no",
                        "basis": "premises",
                    }
                ),
                create(
                    {
                        "code": "kitchen_area",
                        "label": "Kitchen area",
                        "type": "number",
                        "is_required": True,
                        "visible_if": "has_kitchen",
                        "basis": "premises",
                    }
                ),
            ],
            "material_ids": [
                create(
                    {
                        "code": "plan",
                        "name": "Floor plan",
                        "required": "always",
                        "basis": "Measures, Art. 12",
                    }
                ),
                create(
                    {
                        "code": "authority",
                        "name": "Power of attorney",
                        "required": "always",
                        "needed_if": "has_agent",
                        "basis": "Art. 29",
                    }
                ),
            ],
            "node_ids": [create(vals) for vals in nodes],
            "edge_ids": [create(vals) for vals in edges],
            **version_vals,
        }
    )
    version.field_ids.section_id = version.section_ids
    build_templates(env)
    version.action_publish()
    return version


def build_templates(env):
    """Standard texts where the module's own data are not (yet) there."""
    Template = env["gov.document.template"]
    known = set(Template.search([("version_id", "=", False)]).mapped("kind"))
    Template.create(
        [
            {"kind": kind, "name": label, "body": "<p>{{ applicant_name }}</p>"}
            for kind, label in Template._fields["kind"].selection
            if kind not in known
        ]
    )


ANSWERS = {
    "applicant_kind": "enterprise",
    "applicant_name": "Test food company",
    "applicant_credit_code": "91310115MA1K00027T",
    "representative_name": "Li",
    "applicant_phone": "13800138000",
    "applicant_address": "1 Test street",
    "area": "60.50",
}
#: A licence of the same company as the records have it.
RECORD = {
    "number": "R-7",
    "holder_kind": "enterprise",
    "holder_name": ANSWERS["applicant_name"],
    "holder_number": ANSWERS["applicant_credit_code"],
    "issued_on": "2021-03-02",
    "valid_from": "2021-03-02",
    "valid_to": "2031-03-01",
    "state": "valid",
}
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


class GovCase(TransactionCase):
    """Base of the model tests: ``cls.world`` by short name, one published item."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=True))
        cls.world = build_network(cls.env)
        cls.version = build_item(cls.env, cls.world)
        cls.item = cls.version.item_id

    @contextmanager
    def at(self, moment):
        """Act at a given UTC moment."""
        with freeze_time(moment):
            yield

    def draft(self, by="applicant", answers=None, token=None):
        """A draft filled in by a persona."""
        user = self.world[by]
        online = by in ("applicant", "stranger")
        Draft = self.env["gov.case.draft"].with_user(user).sudo()
        draft = Draft._open(
            self.item,
            channel="online" if online else "window",
            partner=user.partner_id if online else None,
            window=None if online else self.world["window"],
            token=token,
        )
        draft._save(ANSWERS if answers is None else answers, 0)
        return draft

    def file(self, by="applicant", answers=None):
        """A case received from a persona."""
        draft = self.draft(by, answers)
        for spec, given in draft._get_needed():
            if not given:
                draft._add_file(spec["code"], f"{spec['code']}.pdf", PDF)
        return draft._submit()

    def act(self, by, case, kind, payload=None):
        """One act through the public method, as a persona of the staff."""
        return case.with_user(self.world[by]).action_act(kind, payload)

    def reviewed(self, case=None):
        """A case that waits for the decision."""
        case = case or self.file()
        self.act("clerk", case, "accept")
        officers = [self.world["reviewer"].id, self.world["reviewer2"].id]
        visit = {
            "officers": officers,
            "visited_on": "2026-11-20",
            "opinion": "As described",
            "outcome": "pass",
        }
        self.act("reviewer", case, "complete_step", visit)
        self.act("reviewer", case, "complete_step", {"opinion": "Meets", "outcome": "pass"})
        return case

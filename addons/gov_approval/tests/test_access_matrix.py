"""The declared access matrix, proven cell by cell on real records (design.md 7)."""

from dataclasses import replace

from odoo import Command
from odoo.tests import tagged

from ..kernel import inheritance
from ..kernel.licence import Block, Licence
from ..models.gov_sealed import DOOR
from .access_matrix_case import CREDIT_CODES, PERSONS, AccessMatrixCase
from .common import ANSWERS, PDF, RECORD, GovCase, build_item

#: Foreign cases that the own department handles as well, or is or was asked about.
ELSEWHERE = ("joint", "asked", "asked_before")
#: The same role elsewhere; what is "own" for the one is not for the other.
MIRRORS = {"window_clerk": "foreign_clerk", "reviewer": "foreign_reviewer"}
PARTS = (
    "basis_ids condition_ids fee_ids fact_ids section_ids field_ids material_ids node_ids edge_ids"
    " intermediary_ids"
).split()
#: Officer B -> officer A of the sample post.
OFFICERS = {"reviewer": "reviewer2"}
#: A field of each model that may be written with any text or number.
HARMLESS = {
    "gov.mandate": {"valid_to": "2098-01-01"},
    "gov.block.lift": {"reason": "x"},
    "gov.mandate.revocation": {"reason": "x"},
    "gov.absence": {"handover_note": "x"},
    "gov.calendar.day": {"notice": "x"},
    "gov.calendar.year": {"notice": "x"},
    "gov.item.version": {"place": "x"},
    "gov.legal.basis": {"title": "x"},
    "gov.item.condition": {"text": "x"},
    "gov.item.fact": {"path": "x"},
    "gov.form.field": {"label": "x"},
    "gov.form.option": {"label": "x"},
    "gov.flow.edge": {"sequence": 7},
    "gov.item.import.wizard": {"collision": "reuse"},
    "gov.item.export": {"filename": "x"},
    "gov.item.import.line": {"text": "x"},
    "gov.item.import.run": {"name": "x"},
    "gov.item.import.run.line": {"text": "x"},
    "gov.certificate.entry.form": {"number": "x"},
    "gov.certificate.import.wizard": {"notes": "x"},
    "gov.certificate.import.line": {"text": "x"},
    "gov.intermediary.import.wizard": {"collision": "keep"},
    "gov.intermediary.import.line": {"text": "x"},
    "gov.intermediary.credit": {"text": "x"},
    "gov.item.intermediary": {"service": "x"},
}


@tagged("post_install", "-at_install", "gov")
class TestAccessMatrix(AccessMatrixCase, GovCase):
    module = "gov_approval"
    mirrors = MIRRORS
    harmless = HARMLESS
    free = ("gov.mandate", "gov.seal")

    # ------------------------------------------------------------------ samples

    @classmethod
    def _make_samples(cls):
        cls._sample_network()
        cls._sample_posts()
        cls._sample_items()
        cls._sample_intermediaries()
        cls._sample_cases()
        cls._sample_machinery()

    @classmethod
    def _sample_network(cls):
        env, world = cls.env, cls.world
        used = [world[name] for name in ("centre", "department", "window")]
        cls._sample("used", *used)
        centre = env["gov.centre"].create({"name": "S", "code": "spare", "division_code": "510197"})
        department = env["gov.department"].create(
            {"name": "S", "code": "spare", "organ_short": "余", "centre_id": centre.id}
        )
        window = env["gov.window"].create({"name": "S", "code": "s", "centre_id": centre.id})
        # Last first: removing them in this order meets no reference.
        cls._sample("spare", window, department, centre.copy({"code": "spare2"}))
        day = env["gov.calendar.day"].create({"date": "2050-01-03", "kind": "holiday"})
        cls._sample("spare", day)
        cls._sample("spare", env["gov.calendar.year"].create({"year": 2050, "notice": "n"}))

    @classmethod
    def _sample_posts(cls):
        """A post of the own department, of another and of a centre; an absence of everybody."""
        env, world = cls.env, cls.world
        world["other_department"].staff_ids += world["clerk2"]
        world["clerk2"].group_ids += env.ref("gov_approval.group_gov_reviewer")
        for label, role, unit, officer, deputy in (
            ("own", "reviewer", "department", "reviewer2", "reviewer"),
            ("foreign", "reviewer", "other_department", "foreign_reviewer", "clerk2"),
            ("central", "window_clerk", "centre", "clerk", "clerk2"),
        ):
            vals = {
                "name": label,
                "role": role,
                "officer_id": world[officer].id,
                "deputy_ids": [Command.set(world[deputy].ids)],
            }
            name = "centre_id" if role == "window_clerk" else "department_id"
            cls._sample(label, env["gov.post"].create(vals | {name: world[unit].id}))
        visitors = {"anonymous", "applicant", "proxy"}
        staff = {PERSONS.get(role, role) for role in cls.matrix.roles if role not in visitors}
        for login in sorted(staff | {"reviewer2", *MIRRORS.values()}):
            absence = env["gov.absence"].create(
                {
                    "user_id": world[login].id,
                    "date_from": "2050-01-01",
                    "date_to": "2050-01-02",
                    "reason": "leave",
                }
            )
            cls._sample(f"of_{login}", absence)

    @classmethod
    def _sample_intermediaries(cls):
        env = cls.env
        listed, unlisted = env["gov.intermediary.service"].create(
            [
                {
                    "code": f"test-{number}",
                    "name": "S",
                    "basis": "b",
                    "provider_requirement": "r",
                    "commissioned_by": "applicant",
                }
                for number in (1, 2)
            ]
        )
        listed.action_list()
        provider = env["gov.intermediary.provider"].create(
            {
                "name": "P",
                "credit_code": CREDIT_CODES[0],
                "credit_ids": [Command.create({"date": "2026-01-02", "text": "t"})],
                "qualification_ids": [Command.create({"name": "Q", "service_id": listed.id})],
            }
        )
        cls._sample("listed", listed)
        cls._sample("unlisted", unlisted)
        cls._sample("row", provider.credit_ids, provider.qualification_ids, provider)
        wizard = env["gov.intermediary.import.wizard"].with_user(cls.world["administrator"])
        wizard = wizard.create({})
        wizard.line_ids = [Command.create({"text": "t"})]
        cls._sample("by_administrator", wizard.sudo(), wizard.sudo().line_ids)  # compared only

    @classmethod
    def _sample_items(cls):
        env, world = cls.env, cls.world
        cls._sample("filed", world["mandate"], world["mandate"].seal_id)
        cls._sample("not_filed", world["mandate"].seal_id.copy({"number": "S-9"}))
        foreign_world = {**world, "department": world["other_department"]}
        world["other_department"].staff_ids += world["chief"]  # to sign: the gate asks for it
        cls.foreign_version = build_item(env, foreign_world, code="test-water")
        world["other_department"].staff_ids -= world["chief"]
        cls._sample("not_filed", world["mandate"].copy({"number": "M-9"}))
        for owner, version in (("own", cls.version), ("foreign", cls.foreign_version)):
            item = version.item_id
            cls._sample(owner, item)
            test = {"item_id": item.id, "code": "t", "name": "t"}
            cls._sample(owner, env["gov.item.test"].create(test))
            item.action_new_version()
            draft = item.draft_version_id
            for state, one in (("published", version), ("draft", draft)):
                label = f"{owner}_{state}"
                cls._sample(label, one)
                if state == "draft":
                    cls._complete(one)
                    for name in PARTS:
                        cls._sample(label, one[name].sorted("id")[-1:])
                    cls._sample(label, one.field_ids.option_ids, one.template_ids)
                    cls._sample(label, cls._dispute(one, version))
                else:
                    cls._sample(label, one.node_ids[:1], one.field_ids[:1], one.material_ids[:1])
        standard = env["gov.document.template"].search([("version_id", "=", False)])
        standard.filtered(lambda t: t.kind == "withdrawal_notice").unlink()  # to be created
        cls._sample("standard", standard.exists()[:2])

    @classmethod
    def _complete(cls, draft):
        """One row of every part that the test item does not have."""
        draft.write(
            {
                "section_ids": [Command.create({"code": "spare", "name": "Spare"})],
                "fee_ids": [Command.create({"name": "Fee"})],
                "intermediary_ids": [Command.create({"service": "ZJ-1"})],
                "fact_ids": [Command.create({"kind": "odd", "path": "p", "value": "v"})],
                "template_ids": [Command.create({"kind": "receipt", "name": "Own receipt"})],
                "field_ids": [
                    Command.create(
                        {
                            "code": "kind",
                            "label": "Kind",
                            "type": "choice",
                            "option_ids": [Command.create({"code": "a", "label": "A"})],
                        }
                    )
                ],
            }
        )

    @classmethod
    def _dispute(cls, draft, version):
        """A row as the update of a template leaves it; whose it is counts here."""
        Conflict = cls.env["gov.item.conflict"]
        found = inheritance.Conflict("guide", (), "changed", "guide.place", "a", "b", "c")
        link = {"version_id": draft.id, "template_version_id": version.id}
        return Conflict._door_create(DOOR, [Conflict._prepare_vals(found) | link])

    @classmethod
    def _sample_cases(cls):
        """Own; foreign; and foreign with a part of the own department in it (``ELSEWHERE``)."""
        env, world = cls.env, cls.world
        own_item = cls.item
        for label in ("own", "foreign", "joint"):
            cls.item = own_item if label == "own" else cls.foreign_version.item_id
            case = cls._grant(label)
            if label == "joint":
                both = world["department"] | world["other_department"]
                case._door_write(DOOR, {"handling_department_ids": [Command.set(both.ids)]})
            parts = ("event_ids", "step_ids", "material_ids", "document_ids", "certificate_ids")
            cls._sample(label, case, *(case[name] for name in parts))
            answers = env["gov.case.answer"].search([("case_id", "=", case.id)])
            notices = env["gov.notice"].search([("case_id", "=", case.id)])
            filed = cls._archive(case)
            exported = env["gov.case.archive.export"]._log(filed, "0")
            cls._sample(label, answers, notices, filed, exported)
            cls._sample(label, cls._ask(case, case.department_id, False))
        for label in ("asked", "asked_before"):
            case = cls._grant(label)
            opinion = cls._ask(case, world["department"], label == "asked")
            parts = ("event_ids", "step_ids", "material_ids", "document_ids")
            answers = env["gov.case.answer"].search([("case_id", "=", case.id)])
            cls._sample(label, case, *(case[name] for name in parts), answers, opinion)
        cls.item = own_item
        for label, login in (("mine", "clerk"), ("colleague", "clerk2"), ("online", "applicant")):
            draft = cls._fill(login)
            cls._sample(label, draft, draft.material_ids)

    @classmethod
    def _fill(cls, login):
        online = login == "applicant"
        draft = (
            cls.env["gov.case.draft"]
            .with_user(cls.world[login])
            .sudo()  # as the controllers do after their own check
            ._open(
                cls.item,
                channel="online" if online else "window",
                partner=cls.world[login].partner_id if online else None,
                window=None if online else cls.world["window"],
            )
        )
        draft._save(ANSWERS, 0)
        draft._add_file("plan", "plan.pdf", PDF)
        return draft

    @classmethod
    def _grant(cls, label):
        case = cls._fill("applicant")._submit()
        own = label == "own"
        clerk = cls.world["clerk" if own else "foreign_clerk"]
        case.with_user(clerk).action_act("accept")
        # The officers' part is the business of test_case_door; here a certificate is enough.
        definition, facts = case._get_casefile()
        day = facts.received_at.date()
        granted = replace(facts, licence=Licence(day))
        vals = cls.env["gov.certificate"]._prepare_vals(
            case, definition, granted, day, f"N-{label}"
        )
        cls.env["gov.certificate"]._door_create(DOOR, [vals])
        return case

    @classmethod
    def _ask(cls, case, department, is_active):
        """A row as a joint review leaves it: whose it is counts here, and whether it runs."""
        row = {"case_id": case.id, "sequence": 1, "node": "ask", "department_id": department.id}
        return cls.env["gov.case.opinion"]._door_create(DOOR, [row | {"is_active": is_active}])

    @classmethod
    def _archive(cls, case):
        """A row as filing leaves it; whose it is counts here, not what is in it."""
        event = case.event_ids[-1:]
        row = {"name": case.number, "case_id": case.id, "event_id": event.id, "edition": 1}
        row |= {"digest": "0", "size": 1, "filed_at": event.at}
        row["attachment_id"] = case.material_ids.attachment_id[:1].id
        return cls.env["gov.case.archive"]._door_create(DOOR, [row])

    @classmethod
    def _sample_machinery(cls):
        env = cls.env
        _label, case = cls.samples["gov.case"][0]
        event = case._get_events()[:1]
        bar = env["gov.block"]._bar(
            Block("credit", "deferral_broken", "Art. 78"),
            event,
            event._to_kernel()[0],
            case._get_casefile()[1],
            case.item_id,
        )
        cls._sample("row", bar)
        cls._sample_entries()
        cls._sample("row", env["gov.number"].search([], limit=2))
        cls._sample(
            "row",
            env["gov.attempt"].create(
                {"scope": "s", "address": "a", "window_start": "2026-01-01", "count": 1}
            ),
        )
        for login in ("manager", "administrator"):
            wizard = env["gov.item.import.wizard"].with_user(cls.world[login]).create({})
            wizard.line_ids = [Command.create({"file": "a.json"})]
            export = env["gov.item.export"].with_user(cls.world[login]).create({})
            cls._sample(f"by_{login}", wizard.sudo(), wizard.sudo().line_ids, export.sudo())
            run = env["gov.item.import.run"].with_user(cls.world[login]).sudo()
            run = run.create({"line_ids": [Command.create({"position": 0})]})  # as _begin does
            cls._sample(f"by_{login}", run, run.line_ids)
        Revocation = env["gov.mandate.revocation"].with_user(cls.world["administrator"])
        asked = Revocation.create({"mandate_id": cls.world["mandate"].id, "reason": "r"})
        Lift = env["gov.block.lift"].with_user(cls.world["administrator"])
        lift = Lift.create({"block_id": bar.id, "reason": "r"})
        cls._sample("by_administrator", asked.sudo(), lift.sudo())  # compared only

    @classmethod
    def _sample_entries(cls):
        env = cls.env(user=cls.world["manager"])
        entered = env["gov.certificate"]._enter_one(cls.item, RECORD, "Book 3")
        cls._sample("entered", entered.sudo())  # compared only
        form = env["gov.certificate.entry.form"].create({"number": "1"})
        wizard = env["gov.certificate.import.wizard"].create({})
        wizard.line_ids = [Command.create({"line": 2})]
        cls._sample("by_manager", form.sudo(), wizard.sudo(), wizard.sudo().line_ids)  # the same

    # ------------------------------------------------------------------- scopes

    def _is_in(self, scope, login, label, record):
        """Whether ``scope`` has the sample for the person behind ``login``."""
        is_mirror = login in MIRRORS.values()
        own = "foreign" if is_mirror else "own"
        if scope is None:
            return False
        return {
            "all": lambda: True,
            "own_centre": lambda: label == own
            or (label in ELSEWHERE if is_mirror else label == "entered"),
            "own_department": lambda: (
                label in (own, "joint", "asked")
                or (label in ELSEWHERE if is_mirror else label == "entered")
                or (record._name == "gov.case.opinion" and label == "asked_before")
            )
            and not (record._name == "gov.certificate" and label == "joint" and not is_mirror),
            "own_draft": lambda: label == "mine" and not is_mirror,
            "own_centre_or_draft": lambda: self._is_in("own_centre", login, label, record)
            or self._is_in("own_draft", login, label, record),
            "drafts": lambda: label in ("own_draft", "foreign_draft"),
            "department_drafts": lambda: label == "own_draft",
            "drafts_and_standard": lambda: label in ("own_draft", "foreign_draft", "standard"),
            "not_filed": lambda: label == "not_filed",
            "entered": lambda: label == "entered",
            "unlisted": lambda: label == "unlisted",
            "own_wizard": lambda: label == f"by_{login}",
            "own_absence": lambda: label == f"of_{login}",
            "known_absence": lambda: label in (f"of_{login}", f"of_{OFFICERS.get(login)}"),
            "department_absence": lambda: label
            in ("of_reviewer", "of_reviewer2", "of_chief", "of_manager"),
        }[scope]()

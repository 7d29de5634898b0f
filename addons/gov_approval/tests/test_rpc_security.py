"""Attacks over HTTP: by every method, with foreign ids, forged contexts and odd values."""

import random

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .access_matrix import read_matrix
from .rpc import CANARIES, RpcCase

QUIET = (
    "odoo.http",
    "odoo.sql_db",
    "odoo.models",
    "odoo.addons.base.models.ir_rule",
    "odoo.addons.base.models.ir_model",
    "odoo.addons.rpc.controllers.json2",
)
FORGED = {
    "default_state": "closed",
    "allowed_company_ids": [1, 2, 3, 999],
    "active_test": False,
    "lang": "zh_CN",
    "tz": "Pacific/Kiritimati",
    "uid": 1,
    "su": True,
    "sudo": True,
    "door": True,
    "install_mode": True,
    "import_file": True,
    "tracking_disable": True,
    "bin_size": True,
    "force_write": True,
    "prefetch_fields": False,
}


def methods_on(ids):
    """Public methods that everybody on the network can call, with arguments that fit."""
    everything = {"limit": 10}
    return [
        ("read", [ids], {}),
        ("web_read", [ids], {"specification": {"display_name": {}, "id": {}}}),
        ("search_read", [[["id", "in", ids]]], {}),
        ("web_search_read", [[]], {"specification": {"display_name": {}}}),
        ("search_count", [[["id", "in", ids]]], {}),
        ("search", [[]], everything),
        ("formatted_read_group", [[], ["create_date:year"], ["__count"]], {}),
        ("web_read_group", [[], ["create_date:year"]], {}),
        ("export_data", [ids, ["id", "display_name"]], {}),
        ("name_search", [], {"name": ""}),
        ("name_create", ["x"], {}),
        ("get_metadata", [ids], {}),
        ("copy", [ids], {}),
        ("write", [ids, {"write_date": "2020-01-01"}], {}),
        ("web_save", [ids, {"display_name": "x"}], {"specification": {}}),
        ("web_save_multi", [ids, [{}]], {"specification": {}}),
        ("create", [[{}]], {}),
        ("unlink", [ids], {}),
        ("load", [["id", "display_name"], [["x", "y"]]], {}),
        ("action_archive", [ids], {}),
        ("action_unarchive", [ids], {}),
        ("web_resequence", [ids], {"specification": {}}),
        ("onchange", [ids, {}, [], {"display_name": {}}], {}),
        ("default_get", [["state", "display_name"]], {}),
    ]


@tagged("post_install", "-at_install", "gov")
class TestRpcSecurity(RpcCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.models = [
            name for name in read_matrix().models if not cls.registry[name]._transient
        ]

    def ids_of(self, model):
        has_case = "case_id" in self.env[model]._fields
        domain = [("case_id", "=", self.case.id)] if has_case else []
        found = self.env[model].search(domain, limit=3)
        return found.ids or self.env[model].search([], limit=3).ids or [1]

    def actions_of(self, model):
        cls = self.registry[model]
        return sorted(n for n in dir(cls) if n.startswith("action_") and callable(getattr(cls, n)))

    @mute_logger(*QUIET)
    def test_portal_gets_nothing(self):
        """Applicants, the owner included, have pages and no records (own and foreign ids)."""
        before, calls = self.checksum(), 0
        for person in ("applicant", "stranger"):
            self.login(person)
            for model in self.models:
                ids = self.ids_of(model)
                tries = methods_on(ids)
                tries += [(name, [ids], {}) for name in self.actions_of(model)]
                for method, args, kwargs in tries:
                    ok, text = self.call(model, method, args, kwargs)
                    calls += 1
                    about = f"{person} {model}.{method}: {text[:200]}"
                    self.assert_silent(text, about)
                    if ok and text != "[]":
                        self.assertIn(method, ("load", "default_get", "onchange"), about)
                        self.assertNotIn('"ids": [', text, about)
        self.assertEqual(self.checksum(), before)
        self.assertGreater(calls, 1000)

    @mute_logger(*QUIET)
    def test_staff_without_duty_get_no_contents(self):
        """Foreign clerk and reviewer, money, oversight without duty, the system administrator."""
        case_models = [m for m in self.models if m.startswith("gov.case") or m == "gov.certificate"]
        before = self.checksum()
        self.login("clerk")
        _ok, text = self.call("gov.case", "read", [self.case.ids])
        self.assertIn("13800138000", text, "duty reads, so the attacks below aim at something")
        hidden = {"foreign_clerk", "foreign_reviewer", "cashier", "manager", "investigator"}
        for person in sorted(hidden | {"leader", "administrator"}):
            self.login(person)
            for model in case_models:
                ids = self.ids_of(model)
                for method, args, kwargs in methods_on(ids):
                    kwargs = dict(kwargs, context=FORGED)
                    ok, text = self.call(model, method, args, kwargs)
                    about = f"{person} {model}.{method}: {text[:200]}"
                    # The applicant's name is part of progress; the rest is not.
                    names = ("13800138000", "plan.pdf") if person not in hidden else CANARIES
                    self.assertFalse([c for c in names if c in text], about)
                    if person in hidden and ok and method == "read":
                        self.assertEqual(text, "[]", about)
        self.assertEqual(self.checksum(), before)

    @mute_logger(*QUIET)
    def test_underscore_methods_are_no_rpc(self):
        """Every private method of our classes, called by people with the widest duties."""
        before = self.checksum()
        for person in ("clerk", "administrator", "auditor"):
            self.login(person)
            for model in self.models:
                cls, ids = self.registry[model], self.ids_of(model)
                names = {
                    name
                    for base in cls.mro()
                    if getattr(base, "_module", None) == "gov_approval"
                    or "gov_approval" in getattr(base, "__module__", "")
                    for name in vars(base)
                    if name.startswith("_") and name[:2] != "__" and callable(getattr(cls, name))
                }
                for name in sorted(names | {"_write", "_create"}):
                    ok, text = self.call(model, name, [ids])
                    self.assertFalse(ok, f"{person} {model}.{name}: {text[:200]}")
                    self.assertIn("AccessError", text, f"{person} {model}.{name}")
        self.assertEqual(self.checksum(), before)

    @mute_logger(*QUIET)
    def test_public_methods_of_a_case(self):
        """By whatever else the framework exposes on a case, a clerk with duty changes nothing."""
        before = self.checksum()
        cls, ids = type(self.env["gov.case"]), self.case.ids
        self.login("clerk")
        for name in sorted(n for n in dir(cls) if n[0] != "_" and callable(getattr(cls, n))):
            for args in ([ids], [ids, {"state": "closed"}], [ids, "state", "closed"], []):
                self.call("gov.case", name, args, {"context": FORGED})
        self.assertEqual(self.checksum(), before)

    @mute_logger(*QUIET)
    def test_forged_contexts_change_nothing(self):
        before = self.checksum()
        for person in ("clerk", "foreign_clerk", "administrator"):
            self.login(person)
            for method, args in (
                ("create", [[{"state": "closed"}]]),
                ("write", [self.case.ids, {"state": "closed"}]),
                ("web_save", [self.case.ids, {"state": "closed"}, {}]),
                ("load", [["number", "state"], [["x", "closed"]]]),
                ("copy", [self.case.ids, {"state": "closed"}]),
                ("action_act", [self.case.ids, "decide", {"decision": "grant", "opinion": "o"}]),
                ("action_act", [self.case.ids, "supplement", {}]),
                ("action_act", [self.case.ids, "deem_accepted", {}]),
            ):
                ok, text = self.call("gov.case", method, args, {"context": FORGED})
                if method != "load":
                    self.assertFalse(ok, f"{person} {method}: {text[:200]}")
        self.assertEqual(self.checksum(), before)

    @mute_logger(*QUIET)
    def test_protected_fields_are_no_oracle(self):
        """A right and a wrong guess give the same answer (A3 of the security list)."""
        guesses = [
            ("gov.case", "applicant_phone", "138%", "137%"),
            ("gov.case", "partner_id.phone", "139%", "137%"),
            ("gov.case", "partner_id.user_ids.login", "test-app%", "x%"),
            ("gov.case", "secret", f"{self.case.secret[:3]}%", "....%"),
            ("gov.case", "answers", "%1380013%", "%1370013%"),
            ("gov.case", "material_ids.name", "plan%", "nope%"),
            ("gov.case", "document_ids.body", "%Test%", "%nope%"),
            ("gov.case.step", "case_id.applicant_phone", "138%", "137%"),
            ("gov.case.step", "case_id.material_ids.name", "plan%", "nope%"),
            ("gov.case.event", "payload", "%13800138000%", "%13700137000%"),
            ("gov.case.event", "case_id.applicant_phone", "138%", "137%"),
            ("gov.case.event", "actor_id.partner_id.phone", "139%", "137%"),
            ("gov.case.event", "create_uid.login", "test-app%", "x%"),
            ("gov.certificate", "case_id.applicant_phone", "138%", "137%"),
            ("gov.case.answer", "value_char", "%", "nope"),
            ("gov.item", "version_ids.item_id.name", "nope-a", "nope-b"),
            ("res.partner", "phone", "139%", "137%"),
            ("res.users", "phone", "139%", "137%"),
            ("res.users", "partner_id.phone", "139%", "137%"),
            ("res.users", "login", "test-app%", "nope%"),
            ("gov.department", "staff_ids.partner_id.phone", "139%", "137%"),
        ]
        for person in ("leader", "administrator", "foreign_clerk", "cashier", "manager"):
            self.login(person)
            for model, path, right, wrong in guesses:
                for method, build in self.oracles(path):
                    answers = [
                        self.call(model, method, *build(guess)) for guess in (right, wrong)
                    ]
                    about = f"{person}: {model}.{method} by {path}: {answers}"[:400]
                    self.assertEqual(answers[0], answers[1], about)

    def oracles(self, path):
        domain = lambda guess: [[path, "=like", guess]]  # noqa: E731
        return (
            ("search_count", lambda g: ([domain(g)], {})),
            ("search_read", lambda g: ([domain(g), ["id"]], {})),
            ("formatted_read_group", lambda g: ([domain(g), [], ["__count"]], {})),
            ("name_search", lambda g: ([], {"name": "", "domain": domain(g)})),
        )

    @mute_logger(*QUIET)
    def test_protected_fields_do_not_order_or_group(self):
        for person in ("leader", "administrator", "foreign_clerk", "cashier"):
            self.login(person)
            for name in ("applicant_phone", "secret", "answers", "partner_id", "partner_id.phone"):
                for method, args, kwargs in (
                    ("search", [[]], {"order": name}),
                    ("formatted_read_group", [[], [name], ["__count"]], {}),
                    ("formatted_read_group", [[], [], [f"{name}:array_agg"]], {}),
                    ("formatted_read_group", [[], [], [f"{name}:max"]], {}),
                    ("read", [self.case.ids, [name]], {}),
                    ("export_data", [self.case.ids, [name]], {}),
                    ("web_read", [self.case.ids], {"specification": {name: {}}}),
                ):
                    ok, text = self.call("gov.case", method, args, kwargs)
                    about = f"{person} {method} {name}: {text[:200]}"
                    self.assert_no_contents(text, about)
                    self.assertFalse(ok and person in ("leader", "administrator"), about)

    def assert_no_contents(self, text, about):
        for secret in ("13800138000", "13912345678", self.case.secret):
            self.assertNotIn(secret, text, about)

    @mute_logger(*QUIET)
    def test_files_and_messages_stay_with_the_case(self):
        material = self.case.material_ids.filtered("attachment_id")
        ids = material.attachment_id.ids
        for person in ("stranger", "foreign_clerk", "foreign_reviewer", "leader", "cashier"):
            self.login(person)
            for method, args in (
                ("read", [ids, ["raw", "name", "checksum"]]),
                ("search_count", [[["res_model", "=", "gov.case.material"]]]),
                ("search_read", [[["res_model", "=like", "gov.%"]], ["name"]]),
                ("write", [ids, {"res_model": "res.partner", "res_id": 1}]),
                ("write", [ids, {"public": True}]),
                ("copy", [ids]),
                ("unlink", [ids]),
                ("generate_access_token", [ids]),
                ("create", [[{"name": "x", "res_model": "gov.case", "res_id": self.case.id}]]),
            ):
                ok, text = self.call("ir.attachment", method, args)
                about = f"{person} {method}: {text[:200]}"
                self.assertIn(text, (text if not ok else "", "0", "[]"), about)
                self.assert_silent(text, about)
            for route in ("/web/content", "/web/image", "/mail/attachment"):
                answer = self.url_open(f"{route}/{ids[0]}")
                self.assertNotIn(b"%PDF", answer.content, f"{person} {route}")
            for model in ("mail.message", "mail.activity", "mail.followers"):
                ok, text = self.call(model, "search_count", [[["res_model", "=like", "gov.%"]]])
                self.assertTrue(not ok or text == "0", f"{person} {model}: {text[:200]}")
        self.login("clerk")
        self.assertIn(b"%PDF", self.url_open(f"/web/content/{ids[0]}").content, "duty reads")

    @mute_logger(*QUIET)
    def test_api_keys_give_no_more(self):
        before = self.checksum()
        for person in ("stranger", "foreign_clerk", "cashier", "leader"):
            key = self.key_of(person)
            for method, body in (
                ("read", {"ids": self.case.ids, "fields": ["answers", "applicant_phone"]}),
                ("action_act", {"ids": self.case.ids, "kind": "accept"}),
                ("_act", {"ids": self.case.ids, "kind": "accept"}),
                ("_door_write", {"ids": self.case.ids, "key": 1, "vals": {"state": "closed"}}),
                ("write", {"ids": self.case.ids, "vals": {"state": "closed"}}),
                ("unlink", {"ids": self.case.ids}),
            ):
                status, text = self.call2(key, "gov.case", method, body)
                self.assertIn(status, (403, 404, 422), f"{person} {method}: {text[:200]}")
                self.assert_no_contents(text, person)
        self.assertEqual(self.checksum(), before)


ODD = [
    None, True, False, 0, -1, 7, 2**31, 2**63, 10**40, 1e308, float("nan"), float("inf"), -0.0,
    "", " ", "x", "\x00", "\ud800", "x" * 1_000_000, "'; DROP TABLE gov_case; --", "{{7*7}}",
    "../../etc/passwd", "accept", "decide", "supplement", [], [[]], [None], [1, 2], ["x"] * 50,
    {}, {"a": {}}, {"requests": None}, {"requests": [{}]}, {"requests": [[1]]}, {"note": {}},
    {"opinion": ["x"]}, {"officers": [2**70]}, {"officers": [True, None]},
    {"visited_on": "2026-99-99"},
    {"days": "9" * 5000}, {"days": float("nan")}, {"node": []}, {"node": "visit", "outcome": {}},
    {"decision": ["grant"]}, {"": ""}, {"answers": {}}, {"__class__": 1},
]  # fmt: skip


@tagged("post_install", "-at_install", "gov")
class TestOddCalls(RpcCase):
    def calls(self, random_):
        ids = random_.choice([self.case.ids] * 6 + [[], [0], [-1], [2**40], ["x"], [None], [[1]]])
        kind = random_.choice(ODD + ["accept", "complete_step", "decide", "extend"] * 5)
        payload = random_.choice(ODD)
        return {"ids": ids, "kind": kind, "payload": payload}

    @mute_logger(*QUIET)
    def test_five_hundred_odd_calls(self):
        """By a clerk and a reviewer with a duty on the case: refused in words, never a crash."""
        random_ = random.Random(20261123)
        keys = [self.key_of("clerk"), self.key_of("reviewer")]
        before, crashes = self.checksum(), []
        for number in range(500):
            body = self.calls(random_)
            status, text = self.call2(keys[number % 2], "gov.case", "action_act", body)
            if status >= 500 or status == 200:
                crashes.append(f"{status} {str(body)[:160]}: {text[:200]}")
        if crashes:
            self.fail("\n".join(crashes[:40]))
        self.assertEqual(self.checksum(), before)

    def test_odd_kinds_in_python(self):
        for kind in ODD:
            if kind not in ("accept",):
                with self.assertRaises(UserError):
                    self.act("clerk", self.case, kind, {"x": 1})

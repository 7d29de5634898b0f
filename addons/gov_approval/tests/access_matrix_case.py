"""The proof of an access matrix: every cell tried on real records, by a person of every role."""

from contextlib import contextmanager

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

from .access_matrix import OPERATIONS, read_matrix

#: role -> login of the person who stands for it.
PERSONS = {
    "window_clerk": "clerk",
    "reviewer": "reviewer",
    "representative": "chief",
    "item_manager": "manager",
    "centre_administrator": "administrator",
    "finance_officer": "finance",
    "proxy": "stranger",
}

#: Valid ones of no real body.
CREDIT_CODES = ("91510197MA90001189", "91510197MA90001264")


class Undo(Exception):
    """Raised to leave a savepoint behind."""


class AccessMatrixCase:
    """What the matrices of all modules have in common.

    A module gives ``_make_samples`` (records of every model by label, with ``_sample``) and
    ``_is_in`` (whether a scope has a sample for a person), and the tables below.
    """

    allow_inherited_tests_method = True  # Odoo runs only tests of the class itself otherwise
    module = ""
    persons = PERSONS
    #: role -> login of the same role elsewhere
    mirrors = {}
    #: A field of each model that may be written with any text or number.
    harmless = {}
    #: Models that may be created anywhere by whoever may create them at all.
    free = ()

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.matrix = read_matrix(cls.module)
        env, world = cls.env, cls.world
        world["system_administrator"] = new_test_user(
            env, "test-system", groups="base.group_user,base.group_system"
        )
        world["anonymous"] = env.ref("base.public_user")
        cls.samples = {}
        cls._make_samples()
        env.flush_all()

    @classmethod
    def _sample(cls, label, *recordsets):
        for records in recordsets:
            for record in records:
                cls.samples.setdefault(record._name, []).append((label, record))

    def _persons(self):
        """(role, login, user) of every role, and of the same roles elsewhere."""
        for role in self.matrix.roles:
            login = self.persons.get(role, role)
            yield role, login, self.world[login]
        for role, login in self.mirrors.items():
            yield role, login, self.world[login]

    # -------------------------------------------------------------------- tests

    def test_roles_and_groups_are_complete(self):
        for role, group in self.matrix.roles.items():
            self.env.ref(group)
            user = self.world[self.persons.get(role, role)]
            self.assertTrue(user.has_group(group), f"{role} is not in {group}")
        declared = {self.env.ref(xmlid) for xmlid in self.matrix.roles.values()}
        category = self.env.ref("gov_approval.module_category_gov")
        groups = self.env["res.groups"].search([("privilege_id.category_id", "=", category.id)])
        self.assertFalse(set(groups) - declared, "groups without a line in the matrix")

    def test_models_and_cells_are_complete(self):
        ours = {
            name
            for name, model in self.registry.items()
            if model._original_module == self.module and not model._abstract
        }
        self.assertEqual(set(self.matrix.models), ours)
        for model in ours:
            self.assertTrue(self.samples.get(model), f"no sample of {model}")
            for role in self.matrix.roles:
                for operation in OPERATIONS:
                    self.assertIn((model, role, operation), self.matrix.cells)

    def test_no_group_outside_the_matrix_has_access(self):
        """Rows of ``ir.model.access`` for our models name our groups only."""
        groups = {self.env.ref(xmlid) for xmlid in self.matrix.roles.values()}
        groups.add(self.env.ref("gov_approval.group_gov_staff"))
        rows = self.env["ir.model.access"].search([("model_id.model", "in", list(self.samples))])
        self.assertFalse(rows.filtered(lambda row: row.group_id not in groups))
        admin = self.env.ref("base.user_admin")
        staff = self.env.ref("gov_approval.group_gov_staff")
        types = {self.env.ref(f"base.group_{name}") for name in ("public", "portal", "system")}
        duties = groups - types
        self.assertFalse(admin.all_group_ids & staff.union(*duties), "admin has a duty by default")

    @mute_logger("odoo.sql_db", "odoo.models", "odoo.addons.base.models.ir_rule")
    def test_every_cell(self):
        done, wrong = 0, []
        for role, login, user in self._persons():
            for model in self.matrix.models:
                for operation in OPERATIONS:
                    scope = self.matrix.cells[model, role, operation]
                    check = getattr(self, f"_check_{operation}")
                    wrong += [
                        f"{role} ({login}) {operation} {model}: {text}"
                        for text in check(model, scope, login, user)
                    ]
                    done += 1
        if wrong:
            self.fail("\n".join(wrong[:60]))
        people = len(self.matrix.roles) + len(self.mirrors)
        self.assertEqual(done, people * len(self.matrix.models) * len(OPERATIONS))

    def test_protected_fields(self):
        """Fields with groups are exactly the declared ones, and readable to nobody else."""
        found = {
            f"{model}.{name}"
            for model in self.matrix.models
            for name, field in self.env[model]._fields.items()
            if field.groups
        }
        self.assertEqual(found, set(self.matrix.fields))
        for key, roles in self.matrix.fields.items():
            model, _dot, name = key.rpartition(".")
            for role, login, user in self._persons():
                records = self.env[model].with_user(user)
                if not self.matrix.cells[model, role, "read"]:
                    continue
                with self.subTest(field=key, role=role, login=login):
                    record = records.search([], limit=1)
                    self.assertEqual(name in records.fields_get(), role in roles)
                    with self._expect(role in roles):
                        record.read([name])
                    if role not in roles:
                        for refused in (
                            lambda r=records, n=name: r.search_count([(n, "!=", False)]),
                            lambda r=records, n=name: r.search([], order=n),
                        ):
                            self.assertFalse(self._succeeds(refused))

    @contextmanager
    def _expect(self, allowed):
        if allowed:
            yield
        else:
            with self.assertRaises(AccessError):
                yield

    # ------------------------------------------------------------------- checks

    def _check_read(self, model, scope, login, user):
        records = self.env[model].with_user(user)
        expected = {
            record.id
            for label, record in self.samples[model]
            if self._is_in(scope, login, label, record)
        }
        everything = {record.id for _label, record in self.samples[model]}
        try:
            seen = set(records.with_context(active_test=False).search([]).ids) & everything
        except AccessError:
            seen = set()
        if seen != expected:
            yield f"search finds {sorted(seen)}, not {sorted(expected)}"
        for label, record in self.samples[model]:
            if self._succeeds(lambda r=record: r.with_user(user).read(["id"])) != (
                record.id in expected
            ):
                yield f"read of {label}"

    def _check_write(self, model, scope, login, user):
        vals = {} if self._is_sealed(model) else self.harmless.get(model, {"name": "x"})
        for label, record in self.samples[model]:
            allowed = self._is_in(scope, login, label, record)
            if self._succeeds(lambda r=record: r.with_user(user).write(vals)) != allowed:
                yield f"write of {label}"
            if self._is_sealed(model) and record.with_user(user).has_access("write"):
                yield f"right to write {label}"

    def _check_create(self, model, scope, login, user):
        for label, record in self.samples[model]:
            vals = self._vals_like(record)
            allowed = self._is_in(scope, login, label, record)
            if model in self.free or label.startswith("by_"):
                allowed = scope is not None
            if model == "gov.item.version" and "draft" not in label:
                continue  # the next version of the same item is tried with its draft
            if self._succeeds(lambda v=vals: self._create(model, user, v)) != allowed:
                yield f"create like {label}"

    def _check_unlink(self, model, scope, login, user):
        for label, record in self.samples[model]:
            allowed = self._is_in(scope, login, label, record)
            if label == "used":
                continue  # referenced: the spare ones show it
            if self._succeeds(lambda r=record: r.with_user(user).unlink()) != allowed:
                yield f"unlink of {label}"

    def _succeeds(self, act):
        """Whether ``act`` goes through; its effect is undone either way."""
        try:
            with self.env.cr.savepoint():
                act()
                self.env.flush_all()
                raise Undo
        except Undo:
            return True
        except (IntegrityError, ValidationError) as error:
            raise AssertionError(f"the sample is wrong: {error}") from error
        except (AccessError, UserError, ValueError):
            return False

    def _is_sealed(self, model):
        return isinstance(self.env[model], self.registry["gov.sealed"])

    def _create(self, model, user, vals):
        if model == "gov.item.version":
            # An item has one draft: the sample makes room for the one that is tried.
            self.env["gov.item.version"].search(
                [("item_id", "=", vals["item_id"]), ("state", "=", "draft")]
            ).unlink()
        self.env[model].with_user(user).create(vals)

    def _vals_like(self, record):
        """Values of a record of the same kind and place that does not exist yet."""
        model = record._name
        if self._is_sealed(model):
            return {}
        vals = record.copy_data()[0]
        fresh = {
            "code": "fresh",
            "number": "M-fresh",
            "date_from": "2051-01-01",
            "date_to": "2051-01-02",
            "date": "2050-02-02",
            "year": 2051,
            "kind": "withdrawal_notice" if model == "gov.document.template" else vals.get("kind"),
            "path": "fresh",
            "service": "fresh",
            "credit_code": CREDIT_CODES[1],
            "address": "fresh",
        }
        vals |= {key: value for key, value in fresh.items() if key in vals}
        if model == "gov.item.version":
            return {"item_id": record.item_id.id}
        if "version_id" in record._fields and model != "gov.item.import.line":
            vals["version_id"] = record.version_id.id
        return vals

import json
from datetime import date

from odoo import fields, models
from odoo.exceptions import UserError

from ..kernel import item_test
from ..kernel.errors import KernelError
from ..kernel.publish import StoredTest
from .rpc import browse_one, on_one_record
from .speech import say, word


class GovItemVersion(models.Model):
    """The stored test cases of the item, run on this version (运行测试用例)."""

    _inherit = "gov.item.version"

    def _run_tests(self, definition):
        """(test, what was played, differences) of each stored test."""
        self.ensure_one()
        return [
            (test, played, item_test.compare(definition, test.expected or {}, played))
            for test in self.item_id.test_ids
            for played in [item_test.observe(definition, test.answers or {}, test.played_on)]
        ]

    def _get_stored_tests(self, definition):
        """The tests with an expectation, for the publish gate."""
        return [
            StoredTest(test.name, differences)
            for test, _played, differences in self._run_tests(definition)
            if test.expected
        ]

    # ------------------------------------------------------------------- screen

    @on_one_record
    def action_tests(self):
        """Everything on the screen of the tests, run now on this version.

        :return: ``form`` and ``materials`` of the definition for the renderer, ``today``,
            ``can_write``, ``tests`` [{id, code, name, played_on, answers, is_recorded, is_passed,
            differences, errors, result}]
        """
        self.check_access("read")
        definition = self._get_definition()
        return {
            "version": self.display_name,
            "form": definition["form"],
            "materials": definition["materials"],
            "today": self.env["gov.calendar.day"]._local_now().date().isoformat(),
            "can_write": self.item_id.has_access("write"),
            "tests": [
                self._describe_test(definition, *run) for run in self._run_tests(definition)
            ],
        }

    def _describe_test(self, definition, test, played, differences):
        return {
            "id": test.id,
            "code": test.code,
            "name": test.name,
            "played_on": fields.Date.to_string(test.played_on),
            "answers": test.answers or {},
            "is_recorded": bool(test.expected),
            "is_passed": bool(test.expected) and not differences,
            "differences": [say(self.env, difference) for difference in differences],
            "errors": {error.path: say(self.env, error) for error in played.errors},
            "result": self._say_played(definition, played),
        }

    def _say_played(self, definition, played):
        """What came of the answers: rows [label, text]."""
        result = played.result
        names = {row["code"]: row["name"] for row in definition["materials"]}
        steps = {node["code"]: node["name"] for node in definition["flow"]["nodes"]}
        joint = self.env._(", ")
        form = self.env._("Accepted")
        if played.errors:
            form = " ".join(say(self.env, error) for error in played.errors[:5])
        rows = [
            (self.env._("Application form"), form),
            (self.env._("Materials"), joint.join(names[c] for c in result["materials"])),
            (self.env._("Steps"), " → ".join(steps[code] for code in result["steps"])),
            (
                self.env._("Documents"),
                joint.join(word(self.env, kind) for kind in result["documents"]),
            ),
            (word(self.env, "promised"), self._say_period(result["promised"])),
            (word(self.env, "statutory"), self._say_period(result["statutory"])),
        ]
        if played.failure:
            rows.append((self.env._("Flow"), say(self.env, played.failure)))
        return [[label, text or self.env._("None")] for label, text in rows]

    @on_one_record
    def action_save_test(self, test_id, name, played_on, answers):
        """Store a test case of the item, a new one where ``test_id`` is empty.

        :return: as :meth:`action_tests`, with ``saved`` (id)
        """
        vals = {
            "name": self._read_name(name),
            "played_on": self._read_day(played_on),
            "answers": self._read_answers(answers),
        }
        if test_id:
            test = self._get_test(test_id)
            test.write(vals)
        else:
            test = self.env["gov.item.test"].create(vals | {"item_id": self.item_id.id})
        return self.action_tests() | {"saved": test.id}

    @on_one_record
    def action_record_test(self, test_id):
        """Take what this version makes of the answers as what is right (记录为预期结果)."""
        test = self._get_test(test_id)
        played = item_test.observe(self._get_definition(), test.answers or {}, test.played_on)
        test.write({"expected": json.loads(json.dumps(played.result))})
        return self.action_tests()

    @on_one_record
    def action_remove_test(self, test_id):
        """Remove a stored test case."""
        self._get_test(test_id).unlink()
        return self.action_tests()

    @on_one_record
    def action_open_tests(self):
        """The screen of the tests."""
        return {
            "type": "ir.actions.client",
            "tag": "gov_approval.item_tests",
            "name": self.env._("Test cases: %(version)s", version=self.display_name),
            "params": {"version_id": self.id},
            "context": {"active_id": self.id},
        }

    def _get_test(self, test_id):
        test = browse_one(self.env["gov.item.test"], test_id)
        if test not in self.item_id.test_ids:
            raise UserError(
                self.env._("This test case is gone or belongs to another item; reload the page.")
            )
        return test

    def _read_name(self, name):
        if not isinstance(name, str) or not name.strip():
            raise UserError(self.env._("Give the test case a name that says what it tests."))
        return name.strip()[:200]

    def _read_day(self, day):
        try:
            return date.fromisoformat(day)
        except (TypeError, ValueError) as error:
            raise UserError(self.env._("Give the day as if the form were filed on it.")) from error

    def _read_answers(self, answers):
        try:
            item_test.check(answers, {})
        except KernelError as error:
            raise UserError(say(self.env, error)) from error
        return {code: value for code, value in answers.items() if value not in ("", None)}

import logging
import re
from pathlib import Path

from odoo.tests import HttpCase, no_retry, tagged

SUITE = "@gov_approval"
UNIT_TESTS = Path(__file__).parents[1] / "static" / "tests"


class _Listener(logging.Handler):
    """Keeps what the browser's console said."""

    def __init__(self):
        super().__init__()
        self.lines = []

    def emit(self, record):
        self.lines.append(record.getMessage())


def _suite_id(name):
    """The id under which Hoot selects a suite: its own 32-bit hash of the suite's full name."""
    value = 0
    for char in name:
        value = ((value << 5) - value + ord(char)) & 0xFFFFFFFF
    return f"{value:08x}"


@tagged("post_install", "-at_install", "gov_browser")
class TestHoot(HttpCase):
    """The unit tests of our browser components (``static/tests/*.test.js``)."""

    @no_retry
    def test_unit_tests_of_our_components(self):
        written = sum(
            len(re.findall(r"^\s*test\(", path.read_text(), re.MULTILINE))
            for path in UNIT_TESTS.rglob("*.test.js")
        )
        console, listener = self._logger.getChild("browser"), _Listener()
        console.addHandler(listener)
        self.addCleanup(console.removeHandler, listener)
        self.browser_js(
            f"/web/tests?headless&loglevel=2&preset=desktop&timeout=15000&id={_suite_id(SUITE)}",
            "",
            login="admin",
            timeout=600,
            success_signal="[HOOT] Test suite succeeded",
            # Hoot sums up its own errors at the end.
            error_checker=lambda message: "[HOOT]" not in message,
        )
        passed = re.search(r"Passed (\d+) tests", "\n".join(listener.lines))
        # Hoot calls an empty selection a success.
        self.assertTrue(passed, "No unit test ran")
        self.assertGreaterEqual(int(passed[1]), written)

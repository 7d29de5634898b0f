"""Makes kernel (`from kernel.clock import …`), runtime (`from centre …`) and bench importable."""

import sys
from pathlib import Path

from hypothesis import settings
from hypothesis.configuration import set_hypothesis_home_dir

ROOT = Path(__file__).resolve().parents[1]
for folder in ("config", "addons/gov_approval", "tests/load"):
    sys.path.insert(0, str(ROOT / folder))
set_hypothesis_home_dir(ROOT / ".runtime" / "hypothesis")
# found counterexamples are printed, not stored; a busy machine is no failure
settings.register_profile("project", database=None, deadline=None, print_blob=True)
settings.load_profile("project")

"""Makes kernels (`from kernel.clock import …`), runtime (`from centre …`) and bench importable.

The kernel of another module than gov_approval is `addons.<module>.kernel`, with the same relative
imports as inside Odoo; the modules themselves, which need Odoo, are not run for that.
"""

import sys
from pathlib import Path
from types import ModuleType

from hypothesis import settings
from hypothesis.configuration import set_hypothesis_home_dir

ROOT = Path(__file__).resolve().parents[1]
for folder in ("config", "addons/gov_approval", "tests/load"):
    sys.path.insert(0, str(ROOT / folder))
for path in (ROOT / "addons", *(file.parent for file in ROOT.glob("addons/*/__manifest__.py"))):
    package = ModuleType(".".join(path.relative_to(ROOT).parts))
    package.__path__ = [str(path)]
    sys.modules[package.__name__] = package
set_hypothesis_home_dir(ROOT / ".runtime" / "hypothesis")
# found counterexamples are printed, not stored; a busy machine is no failure
settings.register_profile("project", database=None, deadline=None, print_blob=True)
settings.load_profile("project")

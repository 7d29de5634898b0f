"""The work-alike that `make bench` measures beside ours: OCA's helpdesk with working-time limits.

It is fetched for the bench alone and stays in the runtime folder: its licence is AGPL, and nothing
of ours depends on it.
"""

import shutil

from . import python
from .console import exclusive, step
from .database import Odoo
from .settings import ADDONS, CONFIG

_LOCK = CONFIG / "requirements-peer.txt"
_MODULES = ("helpdesk_mgmt_sla",)


def ensure(bed) -> tuple[Odoo, str]:
    """An Odoo that has the peer's modules beside ours, and their template; raises Problem."""
    settings = bed.settings
    addons = _fetch(settings) / "odoo" / "addons"
    odoo = Odoo(settings, bed.server, bed.odoo.tree, bed.odoo.data_dir.name, (ADDONS, addons))
    template = bed.ensure_layer(
        "peer", odoo, _MODULES, _LOCK.read_text(), "Peer of the bench: installing OCA's helpdesk"
    )
    return odoo, template


def _fetch(settings):
    folder, lock = settings.runtime / "peer", _LOCK.read_text()
    copy = folder / _LOCK.name
    with exclusive(settings.runtime, "peer"):
        if not (copy.exists() and copy.read_text() == lock):
            new = folder.with_name("peer.new")
            shutil.rmtree(new, ignore_errors=True)
            with step("Peer of the bench: downloading 1 MB"):
                python.unpack(settings, _LOCK, new)
            (new / _LOCK.name).write_text(lock)
            shutil.rmtree(folder, ignore_errors=True)
            new.rename(folder)
    return folder

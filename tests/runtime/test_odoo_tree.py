"""The repair of Debian's Odoo: no link is left, and each file is the one that was meant."""

import pytest
from centre.odoo import repair
from centre.settings import Problem


@pytest.fixture
def root(tmp_path):
    packages = tmp_path / "usr/lib/python3/dist-packages/odoo/addons/web/static"
    share = tmp_path / "usr/share"
    packages.mkdir(parents=True)
    for name in (
        "javascript/jquery.js",
        "fonts/awesome.woff",
        "fonts/awesome.woff2",
        "fonts/Inconsolata-Regular.otf",
        "fonts/Mono.ttf",
    ):
        path = share / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return tmp_path


def _links(root):
    return root / "usr/lib/python3/dist-packages/odoo/addons/web/static"


def test_links_become_files(root):
    static = _links(root)
    for name, target in (
        ("jquery.js", "/usr/share/javascript/jquery.js"),
        ("awesome.woff2", "/usr/share/fonts/awesome.woff"),  # one extension off
        ("Inconsolata.otf", "/usr/share/fonts/Inconsolata.otf"),  # renamed since
        ("Mono.otf", "/usr/share/fonts/Mono.otf"),  # another format since
    ):
        (static / name).symlink_to(target)
    repair(root)
    assert not [path for path in root.rglob("*") if path.is_symlink()]
    assert (static / "jquery.js").read_text() == "javascript/jquery.js"
    assert (static / "awesome.woff2").read_text() == "fonts/awesome.woff2"
    assert (static / "Inconsolata.otf").read_text() == "fonts/Inconsolata-Regular.otf"
    assert (static / "Mono.otf").read_text() == "fonts/Mono.ttf"


def test_missing_target_is_an_error(root):
    (_links(root) / "gone.js").symlink_to("/usr/share/javascript/gone.js")
    with pytest.raises(Problem, match="gone.js"):
        repair(root)


def test_entry_point_and_the_file_that_tours_need(root):
    repair(root)
    packages = root / "usr/lib/python3/dist-packages"
    assert "odoo.cli.main()" in (packages / "odoo-bin").read_text()
    assert list(packages.rglob("selfie_segmentation.js"))

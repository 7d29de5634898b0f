"""The project's commands; `make` calls this file.  `python3 config/cli.py --help` lists them."""

import argparse
import contextlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.dont_write_bytecode = True

from centre import console, database, peer, processes, server, setup, testing  # noqa: E402
from centre.postgres import Server  # noqa: E402
from centre.settings import ROOT, Problem, read_settings  # noqa: E402


def _district(settings):
    tree = setup.ensure(settings)
    postgres = Server(settings).ensure()
    return postgres, database.Odoo(settings, postgres, tree)


def _bed(settings, browser=False):
    return testing.testbed(settings, setup.ensure(settings, browser=browser))


def run(settings, _arguments):
    """Set everything up and serve the sample district in the foreground."""
    server.check_port(settings)
    postgres, odoo = _district(settings)
    try:
        database.ensure_district(settings, odoo)
        return server.run_in_foreground(odoo, settings)
    finally:
        if postgres.started_here:
            postgres.stop()


def fetch(settings, _arguments):
    """Fetch Odoo, Python packages, fonts and a browser, and start nothing."""
    setup.ensure(settings, browser=True)


def test(settings, _arguments):
    """The whole suite."""
    return testing.run_all(settings, setup.ensure(settings, browser=True))


def test_kernel(settings, arguments):
    """Only the tests that need no Odoo and no database."""
    setup.ensure(settings)
    return testing.finish(
        testing.run_pytest(
            settings, "kernel", arguments.rest or ["tests/kernel", "tests/architecture"]
        )
    )


def test_odoo(settings, arguments):
    """Quick loop: Odoo tests of the given tags on the last template, upgraded."""
    bed = _bed(settings, browser=True)
    tags = (
        arguments.rest[0] if arguments.rest else ",".join(f"/{m}" for m in database.our_modules())
    )
    template, change = bed.quickest()
    return testing.finish(testing.run_odoo_tests(bed, tags, tags, "quick", template, change))


def test_scenario(settings, arguments):
    """Only the HTTP and browser scenarios (arguments go to pytest)."""
    _bed(settings, browser=True).ensure()
    return testing.finish(
        testing.run_pytest(settings, "scenario", arguments.rest or ["tests/scenario"])
    )


def conformance(settings, arguments):
    """The table-driven suites on a folder (DATA), all or some of them (ONLY)."""
    setup.ensure(settings)
    data = str(Path(arguments.data).expanduser().absolute()) if arguments.data else ""
    if data and not os.path.isdir(data):
        raise Problem(
            f"There is no folder {data}: give DATA=<folder> with deadlines.csv, ids.csv, items/ …"
        )
    command = testing.conformance_command(settings, data, arguments.only)
    return subprocess.run(command, cwd=ROOT, check=False).returncode


def verify_archive(_settings, arguments):
    """Verify an exported archive of a case (FILE), also against its recorded DIGEST."""
    if not arguments.file:
        raise Problem("Give the archive to verify: make verify-archive FILE=case.zip")
    command = [sys.executable, "-B", ROOT / "addons/gov_approval/verify.py", arguments.file]
    command += ["--digest", arguments.digest] if arguments.digest else []
    return subprocess.run([str(part) for part in command], check=False).returncode


def copy_shell(settings, arguments):
    """Run a script in `odoo shell` on a throw-away copy of the test template."""
    bed = _bed(settings)
    with bed.copy("shell") as name:
        return bed.odoo.script(name, arguments.rest[0])


def peer_shell(settings, arguments):
    """The same beside a copy of the peer's database (GOV_PEER), as far as the peer can be had."""
    bed = _bed(settings)
    with contextlib.ExitStack() as stack:
        name, odoo, beside = stack.enter_context(bed.copy("shell")), bed.odoo, ""
        try:
            odoo, template = peer.ensure(bed)
            beside = stack.enter_context(bed.copy("peer", template))
        except Problem as problem:
            console.say(f"The peer is left out: {problem}")
        stack.enter_context(bed.server.durable())
        return odoo.script(name, arguments.rest[0], GOV_PEER=beside)


def shell(settings, arguments):
    """`odoo shell` on the district; further arguments go to Odoo."""
    _postgres, odoo = _district(settings)
    database.ensure_district(settings, odoo)
    command = odoo.command("-d", settings.database, "--no-http", *arguments.rest, sub="shell")
    return subprocess.run(
        [str(part) for part in command], env=odoo.environment(), check=False
    ).returncode


def psql(settings, arguments):
    """psql on the district's server; further arguments go to psql."""
    postgres, _odoo = _district(settings)
    return subprocess.run(
        [postgres.bin / "psql", *(arguments.rest or [settings.database])],
        env=postgres.full_environment(),
        check=False,
    ).returncode


def lint(settings, _arguments):
    """ruff on everything, then Odoo's own lint of our modules."""
    bed = _bed(settings)
    ruff = subprocess.run(
        [settings.runtime / "venv/bin/ruff", "check", "--quiet", "."], cwd=ROOT, check=False
    )
    print(f"ruff: {'clean' if not ruff.returncode else 'see above'}", flush=True)
    with bed.copy("lint-base") as base:
        bed.odoo.run(
            base, "-i", "test_lint", what="installing Odoo's lint", log=settings.logs / "lint.log"
        )
        # Of these two, one wants a tree of packages for eslint, the other lints all of Odoo for
        # minutes; `_pylint` asks the same of our modules.
        tags = "/test_lint,-/test_lint:TestESLint,-/test_lint:TestPyLint"
        part = testing.run_odoo_tests(bed, "Odoo's lint", tags, "lint", base)
    pylint = _pylint(settings, bed.odoo.tree)
    print(f"pylint: {'clean' if not pylint else 'see above'}", flush=True)
    return testing.finish(part) or ruff.returncode or pylint


#: What Odoo's own lint asks pylint for, with the checkers that it ships.
_PYLINT = (
    "--rcfile=/dev/null",
    "--disable=all,useless-option-value",
    "--enable=used-before-assignment,undefined-variable,eval-used,unreachable,function-redefined,"
    "sql-injection,missing-gettext,gettext-variable,gettext-placeholders,gettext-repr,"
    "raise-unlink-override",
    "--reports=n",
    "--score=n",
    "--load-plugins=_pylint_path_setup,_odoo_checker_sql_injection,_odoo_checker_gettext,"
    "_odoo_checker_unlink_override",
)


def _pylint(settings, tree):
    """pylint with Odoo's checkers over our modules; its exit code."""
    checkers = next(tree.rglob("test_lint/tests/_odoo_checker_gettext.py")).parent
    return subprocess.run(
        [settings.runtime / "venv/bin/pylint", *_PYLINT, ROOT / "addons"],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": f"{checkers}{os.pathsep}{tree}"},
        check=False,
    ).returncode


def bench(settings, arguments):
    """Speed figures of this machine: see tests/load/bench.py."""
    setup.ensure(settings)
    return subprocess.run(
        [settings.venv_python, ROOT / "tests/load/bench.py", *arguments.rest], cwd=ROOT, check=False
    ).returncode


def stop(settings, _arguments):
    """End what this checkout started, by its recorded process ids."""
    processes.end_all(settings)
    for cluster in ("pg", "pgtest"):
        if Server(settings, cluster).stop():
            console.say(f"stopped PostgreSQL ({cluster})")


def clean(settings, arguments):
    """Stop everything and delete the runtime folder, the sample district included."""
    stop(settings, arguments)
    if settings.runtime.exists():
        if not (settings.runtime / "log").exists():
            raise Problem(
                f"{settings.runtime} does not look like a runtime folder: nothing was deleted."
            )
        shutil.rmtree(settings.runtime)
        console.say(f"deleted {settings.runtime}")


COMMANDS = {
    function.__name__.replace("_", "-"): function
    for function in (
        run,
        test,
        test_kernel,
        test_odoo,
        test_scenario,
        conformance,
        verify_archive,
        lint,
        bench,
        stop,
        clean,
        fetch,
        shell,
        copy_shell,
        peer_shell,
        psql,
    )
}


def main(argv=None) -> int:
    """Parse, run, and turn each failure into one sentence and an exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    for name, function in COMMANDS.items():
        sub = commands.add_parser(name, help=function.__doc__)
        if name == "conformance":
            sub.add_argument("--data", default="")
            sub.add_argument("--only", default="")
        elif name == "verify-archive":
            sub.add_argument("--file", default="")
            sub.add_argument("--digest", default="")
        else:
            sub.add_argument("rest", nargs="*")
    arguments = parser.parse_args(argv)
    try:
        return COMMANDS[arguments.command](read_settings(), arguments) or 0
    except Problem as problem:
        message = str(problem)
    except OSError as error:
        message = f"{arguments.command} failed; {console.reason_of_error(error)}."
    except KeyboardInterrupt:
        message = "interrupted: run the same command again, it continues."
    print(f"\n{message}", file=sys.stderr, flush=True)
    return 2


if __name__ == "__main__":
    sys.exit(main())

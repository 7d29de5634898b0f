"""A cluster of our own: passwords, ports, recovery, and the end of it."""

import os
import signal
import time
from dataclasses import replace

import pytest
from centre.postgres import Server, free_port
from centre.settings import ROOT, Problem, read_settings


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    """A runtime folder of its own that borrows this checkout's binaries."""
    runtime = tmp_path_factory.mktemp("runtime")
    real = read_settings().runtime
    (runtime / "venv").symlink_to(real / "venv")
    return replace(read_settings({}), runtime=runtime)


@pytest.fixture(scope="module")
def server(settings):
    server = Server(settings, "pgtest").ensure()
    yield server
    server.stop()


def test_answers_and_is_ours(server):
    assert server.sql("SELECT current_user") == [["odoo"]]
    assert server.started_here
    assert not Server(server.settings, "pgtest").ensure().started_here


def test_chinese_is_stored_and_listens_on_loopback_only(server):
    assert server.sql("SELECT '政务服务', length('政务服务')") == [["政务服务", "4"]]
    assert server.sql("SHOW listen_addresses") == [["127.0.0.1"]]


def test_a_bench_pays_for_its_commits(server):
    with server.durable():
        assert server.sql("SHOW fsync") == [["on"]]
        assert server.sql("SHOW synchronous_commit") == [["on"]]
    assert server.sql("SHOW fsync") == [["off"]]


def test_wrong_password_is_refused(server):
    other = Server(replace(server.settings, server=server.environment() | {"PGPASSWORD": "guess"}))
    with pytest.raises(Problem, match="does not let us in"):
        other.ensure()


def test_existing_server_is_used_and_never_stopped(server):
    other = Server(replace(server.settings, server=server.environment())).ensure()
    assert other.sql("SELECT 1") == [["1"]]
    assert not other.stop()
    assert server.pid()


def test_role_without_createdb_is_told(server):
    server.sql("CREATE ROLE plain LOGIN PASSWORD 'plain'")
    other = Server(
        replace(
            server.settings,
            server=server.environment() | {"PGUSER": "plain", "PGPASSWORD": "plain"},
        )
    )
    with pytest.raises(Problem, match="ALTER ROLE plain CREATEDB"):
        other.ensure()


def test_refused_query_is_a_problem(server):
    with pytest.raises(Problem, match="nowhere"):
        server.sql("SELECT * FROM nowhere")


def test_starts_again_after_a_kill(server):
    server.sql("CREATE DATABASE kept")
    os.kill(server.pid(), signal.SIGKILL)
    for _wait in range(100):
        if server.pid() is None:
            break
        time.sleep(0.05)
    server.ensure()
    assert "kept" in server.databases()


def test_free_ports_differ_from_taken_ones(server):
    assert str(free_port()) != server.environment()["PGPORT"]
    assert ROOT not in server.data.parents

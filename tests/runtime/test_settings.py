"""What the user may set, and the sentence for each value that makes no sense."""

import pytest
from centre.settings import ROOT, Problem, parse_database_url, read_settings


def test_defaults_stay_inside_the_project():
    settings = read_settings({})
    assert settings.runtime == ROOT / ".runtime"
    assert (settings.http_host, settings.http_port) == ("127.0.0.1", 8069)
    assert settings.database == "district"
    assert settings.server == {}


def test_database_url_names_an_existing_server():
    settings = read_settings({"DATABASE_URL": "postgresql://clerk:p%40ss@db.example:6432/centre"})
    assert settings.server == {
        "PGHOST": "db.example",
        "PGPORT": "6432",
        "PGUSER": "clerk",
        "PGPASSWORD": "p@ss",
    }
    assert settings.database == "centre"


def test_pg_variables_name_an_existing_server():
    settings = read_settings({"PGHOST": "db.example", "PGUSER": "clerk", "DB_NAME": "centre"})
    assert settings.server == {"PGHOST": "db.example", "PGUSER": "clerk"}
    assert settings.database == "centre"


def test_checkouts_do_not_share_test_databases():
    names = {read_settings({"RUNTIME": path}).checkout_id for path in ("/a/one", "/a/two")}
    assert len(names) == 2


@pytest.mark.parametrize(
    "env, word",
    [
        ({"HTTP_PORT": "eighty"}, "HTTP_PORT"),
        ({"HTTP_PORT": "0"}, "HTTP_PORT"),
        ({"HTTP_PORT": "70000"}, "HTTP_PORT"),
        ({"WORKERS": "-1"}, "WORKERS"),
        ({"DB_NAME": "a;b"}, "name"),
        ({"DB_NAME": "../x"}, "name"),
        ({"PGHOST": "h", "PGUSER": "postgres"}, "CREATEDB"),
        ({"DATABASE_URL": "mysql://h/x"}, "postgresql://"),
    ],
)
def test_senseless_values_are_refused_by_name(env, word):
    with pytest.raises(Problem, match=word):
        read_settings(env)


def test_a_port_of_the_url_that_is_no_number():
    with pytest.raises(Problem):
        parse_database_url("postgresql://u@h:abc/x")

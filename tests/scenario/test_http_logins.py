"""Every login that ``make run`` prints works and finds its first screen."""

import pytest
from client import Client

APPLICANTS = ("applicant", "applicant2")
#: README, "Logins of the sample district".
FIRST_SCREEN = {
    "clerk": "gov-queue",
    "reviewer": "gov-queue",
    "chief": "gov-queue",
    "manager": "gov-items",
    "admin_centre": "gov-cases",
    "supervisor": "gov-cases",
    "leader": "gov-cases",
    "auditor": "gov-cases",
}


@pytest.fixture(scope="module")
def logins(running):
    return [login for _role, login, _password in running.logins]


def test_one_login_for_every_role(server, logins):
    named = [
        *APPLICANTS,
        *FIRST_SCREEN,
        "clerk2",
        "reviewer2",
        "cashier",
        "finance",
        "investigator",
    ]
    assert set(named) <= set(logins)


def test_staff_see_their_first_menu(server, logins):
    for login in set(logins) - set(APPLICANTS):
        client = Client(server, login)
        assert client.landing.status_code == 200 and "o_web_client" in client.landing.text
        action = open_first_menu(client)
        assert action["path"] == FIRST_SCREEN.get(login, action["path"]), login


def open_first_menu(client):
    """Do what the web client does after signing in: menus, action, views, records."""
    menus = client.get("/web/webclient/load_menus").json()
    app = menus[str(menus["root"]["children"][0])]
    assert app["xmlid"] == "gov_approval.menu_gov_root"
    action = client.rpc("/web/action/load", action_id=app["actionID"])["result"]
    views = client.call(action["res_model"], "get_views", views=action["views"], options={})
    assert "error" not in views, views
    found = client.call(
        action["res_model"], "web_search_read", domain=[], specification={"display_name": {}}
    )
    assert "error" not in found, found
    return action


@pytest.mark.parametrize("login", APPLICANTS)
def test_applicants_see_their_applications(server, login):
    client = Client(server, login)
    assert client.landing.status_code == 200
    for path in ("/my/gov", "/gov", "/my"):
        page = client.get(path)
        assert page.status_code == 200 and not page.url.endswith("/web/login")
    assert "/my/gov/cases/" in client.get("/my/gov").text
    for path in ("/odoo", "/web"):
        assert "o_web_client" not in client.get(path).text

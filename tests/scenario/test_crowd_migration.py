"""One case moved to the new version of its item by several people at once: it moves once."""

from functools import partial

from crowd import PEOPLE, Crowd, sign_in

WHY = {"reasons": "The new version is in force"}


def test_a_case_moves_once(hall, figure):
    people = sign_in(hall, [hall.world["logins"]["chief"]] * PEOPLE)
    deadlocks, retries, cases = hall.deadlocks(), hall.retries(), hall.world["moving"]
    with Crowd() as crowd:
        for case in cases:
            works = [partial(person.act, case["id"], "migrate", WHY) for person in people]
            told = crowd.together(works)
            outcomes = sorted(answer.outcome for answer in told)
            assert outcomes == ["accepted"] + ["refused"] * (PEOPLE - 1), told
    ids = ",".join(str(case["id"]) for case in cases)
    rows = hall.sql(
        "SELECT count(*), count(DISTINCT case_id) FROM gov_case_event"
        f" WHERE kind = 'migrate' AND case_id IN ({ids})"
    )
    assert rows == [[str(len(cases))] * 2]
    retries = hall.retries() - retries
    figure(f"eight move a case to a new version at once, {len(cases)} cases: {retries} retries")
    assert retries == 0
    assert hall.deadlocks() == deadlocks
    assert hall.verify()["broken"] == {}

"""Run in `odoo shell` after the rush: is the whole history whole?

Every case is folded anew from its events and compared with what is stored; the last line printed
is a JSON object of counts and of everything that is broken.
"""

import json

env = globals()["env"]
STORED = ("gov.case", "gov.case.step", "gov.case.answer")
#: Rows that lost what they belong to, or are only half there.
HALVES = {
    "material of nothing, or of two": """
        SELECT id FROM gov_case_material WHERE (case_id IS NULL) = (draft_id IS NULL)""",
    "file without its bytes": """
        SELECT m.id FROM gov_case_material m LEFT JOIN ir_attachment a ON a.id = m.attachment_id
        WHERE m.form = 'file' AND (a.id IS NULL OR a.file_size != m.size)""",
    "bytes without their row": """
        SELECT a.id FROM ir_attachment a LEFT JOIN gov_case_material m ON m.attachment_id = a.id
        WHERE a.res_model = 'gov.case.material' AND m.id IS NULL""",
    "filed draft without its case": """
        SELECT d.id FROM gov_case_draft d LEFT JOIN gov_case c ON c.draft_token = d.token
        WHERE d.is_filed AND d.case_id IS NULL AND c.id IS NULL""",
    "case of a draft that is still open": """
        SELECT c.id FROM gov_case c JOIN gov_case_draft d ON c.draft_token = d.token
        WHERE NOT d.is_filed""",
    "material left behind in a filed draft": """
        SELECT m.id FROM gov_case_material m JOIN gov_case_draft d ON d.id = m.draft_id
        WHERE d.is_filed""",
    "case without a first event": """
        SELECT c.id FROM gov_case c WHERE NOT EXISTS (SELECT FROM gov_case_event e
        WHERE e.case_id = c.id AND e.sequence = 1 AND e.kind = 'receive')""",
    "document that its event does not name": """
        SELECT d.id FROM gov_case_document d JOIN gov_case_event e ON e.id = d.event_id
        WHERE NOT COALESCE(e.payload->'documents', '[]') @>
            jsonb_build_array(jsonb_build_object('number', d.number, 'digest', d.digest))""",
    "document that only its event knows": """
        SELECT e.id FROM gov_case_event e, jsonb_array_elements(e.payload->'documents') named
        WHERE NOT EXISTS (SELECT FROM gov_case_document d WHERE d.event_id = e.id
            AND d.number = named->>'number' AND d.digest = named->>'digest')""",
    "series with a gap": """
        SELECT series FROM gov_number GROUP BY series
        HAVING count(*) != max(serial) OR min(serial) != 1""",
    "number that nobody bears": """
        SELECT series, count(*) FROM gov_number WHERE series LIKE 'case/%' GROUP BY series
        HAVING count(*) != (SELECT count(*) FROM gov_case WHERE number LIKE
            split_part(series, '/', 2) || replace(split_part(series, '/', 3), '-', '') || '%')""",
    "message not queued, or twice": """
        SELECT e.id FROM gov_case_event e LEFT JOIN gov_notice n ON n.event_id = e.id
        WHERE e.kind IN ('receive', 'accept', 'decide', 'deliver')
        GROUP BY e.id HAVING count(n.id) != 1""",
}


def stored(case):
    """What is stored of the projection of one case."""
    env.flush_all()
    env.invalidate_all()
    found = []
    for model in STORED:
        key = "id" if model == "gov.case" else "case_id"
        rows = env[model].search([(key, "=", case.id)], order="id")
        names = [n for n, f in rows._fields.items() if f.store and f.type != "one2many"]
        names = [n for n in names if n not in ("write_date", "write_uid")]
        found.append(rows.read(names, load=None))
    return json.dumps(found, default=str)


def check_case(case):
    """What is wrong with one case, if anything."""
    broken = case.event_ids._find_break()
    if broken:
        return f"chain: {broken}"
    kinds = case.event_ids.sorted("sequence").mapped("kind")
    before = stored(case)
    case._project()
    if stored(case) != before:
        return f"the stored case is not what its events {kinds} say"
    return ""


cases = env["gov.case"].search([], order="id")
broken = {case.number: check_case(case) for case in cases}
broken = {number: text for number, text in broken.items() if text}
for title, query in HALVES.items():
    env.cr.execute(query)
    rows = env.cr.fetchall()
    if rows:
        broken[title] = rows[:5]
env.cr.rollback()
result = {
    "cases": len(cases),
    "events": env["gov.case.event"].search_count([]),
    "broken": broken,
}
print("HISTORY " + json.dumps(result, default=str, ensure_ascii=False))

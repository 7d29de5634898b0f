"""Run in `odoo shell` after the rush: is the whole history whole?

Every case is folded anew from its events and compared with what is stored; the last line printed
is a JSON object of counts and of everything that is broken.
"""

import json

env = globals()["env"]
STORED = {
    "gov_case": "id",
    "gov_case_step": "case_id",
    "gov_case_answer": "case_id",
    "gov_case_opinion": "case_id",
}
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


def stored():
    """``{case id: digest}`` over everything that is stored of each projection."""
    env.flush_all()
    found = {}
    for table, key in STORED.items():
        env.cr.execute(f"""
            SELECT {key}, md5(string_agg((to_jsonb(t) - '{{write_date,write_uid}}'::text[])::text,
                ' ' ORDER BY id)) FROM {table} t GROUP BY 1""")
        for case_id, digest in env.cr.fetchall():
            found.setdefault(case_id, []).append((table, digest))
    return found


cases, broken = env["gov.case"].search([], order="id"), {}
before = stored()
for case in cases:
    if fault := case.event_ids._find_break():
        broken[case.number] = f"chain: {fault}"
    case._project()
after = stored()
broken |= {
    case.number: "the stored case is not what its events say"
    for case in cases
    if before[case.id] != after[case.id]
}
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

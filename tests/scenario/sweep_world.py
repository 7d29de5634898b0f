"""Run inside `odoo shell` on a copy: thousands of occasions of real cases that came due."""

env = globals()["env"]
env.cr.execute(
    """
    INSERT INTO gov_alert_watch (case_id, rule_id, rule_code, key, fire_at, department)
    SELECT c.id, r.id, r.code, 'made:' || n, now() AT TIME ZONE 'UTC' - n * interval '1 hour',
           d.code
    FROM (SELECT id, department_id FROM gov_case ORDER BY id LIMIT 1) c
    JOIN gov_department d ON d.id = c.department_id
    CROSS JOIN (SELECT id, code FROM gov_alert_rule WHERE state = 'published' LIMIT 1) r
    CROSS JOIN generate_series(1, 6000) n
    """
)
env.cr.commit()

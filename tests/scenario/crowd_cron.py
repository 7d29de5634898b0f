"""Run in `odoo shell` on a throw-away copy: Odoo's cron over the attempts to pay online.

The last line printed is a JSON object.
"""

env = globals()["env"]
env["payment.transaction"]._cron_post_process()
left = env["payment.transaction"].search_count([("is_post_processed", "=", False)])
print("LEFT " + f"{left}")

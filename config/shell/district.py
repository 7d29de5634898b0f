"""Run inside `odoo shell`: the parts of a district's making that need the registry.

GOV_PARTS: which of them, in this order.  GOV_LOGINS: the file that the logins are written to.
"""

import json
import os
import pathlib

env = globals()["env"]
parts = os.environ["GOV_PARTS"].split()
if "attachments-in-database" in parts:  # a copy of the database is then a whole copy
    env["ir.config_parameter"].set_param("ir_attachment.location", "db")
    env["ir.attachment"].force_storage()
if "chinese" in parts:
    for field, value in (("lang", "zh_CN"), ("tz", "Asia/Shanghai")):
        env["ir.default"].set("res.partner", field, value)
        env["res.partner"].with_context(active_test=False).search([]).write({field: value})
if "sample" in parts:
    env["gov.sample.district"]._load()
if "logins" in parts:
    target = pathlib.Path(os.environ["GOV_LOGINS"])
    target.touch(0o600)
    target.write_text(json.dumps(env["gov.sample.district"]._logins(), ensure_ascii=False))
env.cr.commit()
if "assets" in parts:  # otherwise the first visitor waits half a minute for each bundle
    env["ir.qweb"]._pregenerate_assets_bundles()
    env.cr.commit()

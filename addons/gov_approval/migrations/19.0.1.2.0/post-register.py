from odoo import SUPERUSER_ID, api
from odoo.addons.gov_approval.kernel import numbering


def migrate(cr, version):
    """Certificates get the key of their number and the digest of their holder, open cases the day
    on which time acts on them."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    Block = env["gov.block"]
    Block._ensure_pepper()
    for certificate in env["gov.certificate"].search([("number_key", "=", False)]):
        case = certificate.case_id
        cr.execute(
            """UPDATE gov_certificate
               SET number_key = %s, holder_digest = %s, partner_id = %s, remind_on = %s
               WHERE id = %s""",
            [
                numbering.certificate_key(certificate.number),
                Block._get_digest(case.answers or {}) or None,
                case.partner_id.id or None,
                certificate._get_remind_date(
                    certificate.item_id, certificate.valid_to, case.version_id._get_definition()
                )
                or None,
                certificate.id,
            ],
        )
    cr.execute("UPDATE gov_case SET calendar_version = -1 WHERE state != 'closed'")

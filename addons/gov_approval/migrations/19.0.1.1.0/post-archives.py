def migrate(cr, version):
    """Cases that were closed before there were archives are filed as well."""
    cr.execute(
        "UPDATE gov_case SET is_to_archive = TRUE WHERE state = 'closed' AND is_to_archive IS NULL"
    )

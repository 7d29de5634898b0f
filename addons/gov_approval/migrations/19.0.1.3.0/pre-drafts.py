def migrate(cr, version):
    """An item may have several drafts beside each other."""
    cr.execute("DROP INDEX IF EXISTS gov_item_version_one_draft")

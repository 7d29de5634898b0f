def migrate(cr, version):
    """Documents issued with their whole text keep it: it is all that they say."""
    cr.execute(
        """UPDATE gov_case_document SET content = jsonb_build_object('text', body)
           WHERE content IS NULL"""
    )

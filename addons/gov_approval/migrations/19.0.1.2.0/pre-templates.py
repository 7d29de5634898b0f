def migrate(cr, version):
    """Standard texts that nobody changed make way for the present ones; changed ones stay."""
    cr.execute(
        """DELETE FROM gov_document_template WHERE version_id IS NULL AND write_date = create_date
           RETURNING id"""
    )
    cr.execute(
        "DELETE FROM ir_model_data WHERE model = 'gov.document.template' AND res_id = ANY(%s)",
        [[row[0] for row in cr.fetchall()]],
    )

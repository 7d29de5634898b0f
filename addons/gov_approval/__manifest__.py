{
    "name": "Government Service Centre: Approval",
    "summary": "Items without code, cases by their events, one legal clock, portal and window",
    "version": "19.0.1.1.0",
    "category": "Government",
    "author": "Government Service Centre developers",
    "license": "LGPL-3",
    "depends": ["web", "mail", "portal"],
    "external_dependencies": {"python": ["weasyprint", "qrcode"]},
    "data": [
        # Roles and access
        "security/gov_approval_groups.xml",
        "security/ir.model.access.csv",
        "security/gov_approval_rules.xml",
        "security/gov_post_rules.xml",
        # Data
        "data/gov_calendar_data.xml",
        # Views
        "views/public_templates.xml",
        "views/representative_templates.xml",
        "views/portal_templates.xml",
        "views/gov_case_views.xml",
        "views/gov_item_version_views.xml",
        "views/gov_item_views.xml",
        "views/gov_network_views.xml",
        "wizard/gov_mandate_revocation_views.xml",
        "views/gov_mandate_views.xml",
        "views/gov_post_views.xml",
        "views/gov_menus.xml",
        "wizard/gov_item_import_wizard_views.xml",
        # Data
        "data/ir_config_parameter_data.xml",
        "data/gov_document_template_data.xml",
        "data/ir_cron_data.xml",
        # Reports
        "report/gov_document_layouts.xml",
    ],
    "assets": {
        "web.assets_backend": [
            # Missing in Odoo as Debian packages it; every back-office page would log an error.
            ("remove", "mail/static/lib/selfie_segmentation/selfie_segmentation.js"),
            "gov_approval/static/src/core/**/*",
            "gov_approval/static/src/form/**/*",
            "gov_approval/static/src/backend/**/*",
            "gov_approval/static/src/portal/page.scss",
            "gov_approval/static/src/portal/catalogue.scss",
            "gov_approval/static/src/portal/guide.scss",
            "gov_approval/static/src/portal/form.scss",
        ],
        "web.assets_frontend": [
            "gov_approval/static/src/core/**/*",
            "gov_approval/static/src/form/**/*",
            "gov_approval/static/src/portal/page.scss",
            "gov_approval/static/src/portal/catalogue.scss",
            "gov_approval/static/src/portal/guide.scss",
            "gov_approval/static/src/portal/form.scss",
            "gov_approval/static/src/portal/**/*",
        ],
        "web.assets_unit_tests": ["gov_approval/static/tests/**/*"],
    },
    "application": True,
}

{
    "name": "Government Service Centre: Supervision",
    "summary": "Rules as data, cards by their instants, correction, appeal and verification",
    "version": "19.0.1.0.0",
    "category": "Government",
    "author": "Government Service Centre developers",
    "license": "LGPL-3",
    "depends": ["gov_approval"],
    "data": [
        # Roles and access
        "security/ir.model.access.csv",
        "security/gov_alert_rules.xml",
        # Data
        "data/gov_alert_rule_data.xml",
        "data/ir_cron_data.xml",
        # Views
        "wizard/gov_alert_preview_views.xml",
        "wizard/gov_alert_answer_views.xml",
        "wizard/gov_day_seal_check_views.xml",
        "views/gov_alert_rule_views.xml",
        "views/gov_alert_card_views.xml",
        "views/gov_day_seal_views.xml",
        "views/gov_alert_menus.xml",
    ],
    "assets": {
        "web.assets_backend": ["gov_supervision/static/src/rule/**/*"],
        "web.assets_backend_lazy": ["gov_supervision/static/src/card/**/*"],
    },
}

{
    "name": "Government Service Centre: Fees",
    "summary": "Public fee list, assessment, bills, finance window, receipts, refunds, ledger",
    "version": "19.0.1.0.0",
    "category": "Government",
    "author": "Government Service Centre developers",
    "license": "LGPL-3",
    "depends": ["gov_approval", "payment"],
    "data": [
        # Roles and access
        "security/ir.model.access.csv",
        "security/gov_fee_rules.xml",
        # Data
        "data/gov_fee_currency_data.xml",
        "data/gov_fee_method_data.xml",
        "data/ir_cron_data.xml",
        # Views
        "views/fee_templates.xml",
        "views/fee_portal_templates.xml",
        "wizard/gov_fee_end_views.xml",
        "wizard/gov_fee_import_wizard_views.xml",
        "views/gov_fee_rate_views.xml",
        "views/gov_fee_relief_views.xml",
        "views/gov_fee_item_views.xml",
        "views/gov_fee_bill_views.xml",
        "views/gov_fee_ledger_views.xml",
        "report/gov_fee_bill_reports.xml",
        "report/gov_fee_period_reports.xml",
        "views/gov_fee_menus.xml",
    ],
    "assets": {
        "web.assets_backend": ["gov_fees/static/src/cashier/**/*"],
        "web.assets_frontend": ["gov_fees/static/src/portal/**/*"],
    },
}

from . import gov_item_import_wizard

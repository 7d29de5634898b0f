from . import gov_item_import_wizard
from . import gov_mandate_revocation
from . import gov_block_lift
from . import gov_certificate_entry_form
from . import gov_certificate_import_wizard
from . import gov_intermediary_import_wizard

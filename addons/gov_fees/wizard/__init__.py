from . import gov_fee_import_wizard
from . import gov_fee_end

from . import gov_fee_import_wizard
from . import gov_fee_end
from . import gov_fee_act
from . import gov_fee_statement_wizard
from . import gov_fee_settle
from . import gov_fee_close

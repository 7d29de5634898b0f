from . import test_fee_list
from . import test_fee_import
from . import test_fee_http
from . import test_access_matrix
from . import test_translation
from . import test_fee_bill
from . import test_fee_reconciliation

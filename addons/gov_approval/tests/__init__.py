from . import test_case_door
from . import test_access_matrix
from . import test_mass_assignment
from . import test_chain
from . import test_rpc_security
from . import test_hoot
from . import test_item_import

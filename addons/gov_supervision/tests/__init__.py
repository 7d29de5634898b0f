from . import test_access_matrix
from . import test_alert_card
from . import test_alert_rule
from . import test_alert_sweep
from . import test_day_seal
from . import test_translation

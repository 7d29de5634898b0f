from . import gov_alert_preview
from . import gov_alert_answer
from . import gov_day_seal_check

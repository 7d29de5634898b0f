from . import fee_speech
from . import gov_fee_publication
from . import gov_fee_item
from . import gov_fee_rate
from . import gov_fee_relief
from . import gov_fee_public
from . import gov_fee_import
from . import gov_sample_district

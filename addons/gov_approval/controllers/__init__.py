from . import public
from . import publication
from . import intermediaries
from . import portal
from . import certificates
from . import uploads
from . import archives
from . import intake

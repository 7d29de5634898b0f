from . import public
from . import publication
from . import portal
from . import uploads
from . import archives
from . import intake

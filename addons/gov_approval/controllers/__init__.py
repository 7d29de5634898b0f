from . import public
from . import portal
from . import uploads
from . import intake

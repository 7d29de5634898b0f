from . import fees
from . import ledger
from . import online

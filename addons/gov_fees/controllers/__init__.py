from . import fees
from . import ledger

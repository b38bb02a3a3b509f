"""Who holds which slot, over one station or several: SQLite in the data folder, or a PostgreSQL server.

SQLAlchemy takes a third of a second to import, so nothing imports this package at its top: not what other commands
use, and not the supervisor that a session's window waits for.
"""

from runner.ledger.claims import Ledger
from runner.ledger.entries import Claim, Listing
from runner.ledger.holding import holder, open_ledger
from runner.ledger.reserve import Reserve
from runner.ledger.tables import UnreachableError

__all__ = ["Claim", "Ledger", "Listing", "Reserve", "UnreachableError", "holder", "open_ledger"]

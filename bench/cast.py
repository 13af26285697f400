"""Who takes part in the benchmark, under which numbers."""

from typing import Final

TOKEN: Final = "1234567890:AA-token-of-the-sandbox"
ROOM: Final = -1001000000001
STAFF: Final = (1001, 1002)
# Clients of a run have this number and those above it.
FIRST: Final = 100_000_000
SUPPORT: Final = "support@studio.example"

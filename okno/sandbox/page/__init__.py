"""The demo's page: both sandboxes on one address, people side by side. It knows nothing of the service it shows."""

from okno.sandbox.page.host import Page
from okno.sandbox.page.stage import Stage

__all__ = ["Page", "Stage"]

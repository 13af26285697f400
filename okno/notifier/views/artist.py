"""Draws one view and writes down what came of it: only outages and moved groups are the lane's affair."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

import structlog

from okno.errors import ChannelDown, DeliveryError, NotFound, StoreError
from okno.notifier.telegram.calls import Moved
from okno.notifier.views import card, feed, mark, topic
from okno.notifier.views.easel import Easel
from okno.queue import views
from okno.queue.views import View

log: Final = structlog.stdlib.get_logger()
_DRAWINGS: Final[Mapping[str, Callable[[Easel, View], Awaitable[None]]]] = {
    "topic": topic.draw,
    "card": card.draw,
    "feed": feed.draw,
    "revised": feed.draw_revised,
    "mark": mark.draw,
    "alert": card.draw_alert,
}


class Artist:
    def __init__(self, easel: Easel) -> None:
        self._easel = easel

    async def draw(self, view: View) -> None:
        """Raises ChannelDown and Moved. Anything else puts this view off and lets the others be drawn."""
        try:
            await _DRAWINGS[view.surface.partition(":")[0]](self._easel, view)
        except (ChannelDown, Moved, StoreError):
            raise
        except (DeliveryError, NotFound) as error:
            log.warning("a view could not be drawn", view=view.id, surface=view.surface, error=str(error))
            await self._put_off(view, str(error))
        except Exception:
            log.exception("a view could not be drawn", view=view.id, surface=view.surface)
            await self._put_off(view, "Okno failed to draw it; the log has the details")

    async def _put_off(self, view: View, reason: str) -> None:
        failed = views.Failed(view=view.id, reason=reason)
        await self._easel.store.write(views.failed, failed, self._easel.now())

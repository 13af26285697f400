"""Waiting for what the world outside shows: it rings no bell, so it is looked at again and again."""

import asyncio
from collections.abc import Callable
from typing import Final

LONG: Final = 60.0
_PAUSE: Final = 0.005


async def until(look: Callable[[], bool], seconds: float = LONG) -> bool:
    """False when the time is over and nothing was seen."""
    end = asyncio.get_running_loop().time() + seconds
    while not look():
        if asyncio.get_running_loop().time() > end:
            return False
        await asyncio.sleep(_PAUSE)
    return True

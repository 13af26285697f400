"""How this server speaks HTTP: it says nothing of what it is made of, and does not wait for who says nothing."""

from typing import Any, Final

import structlog
from aiohttp import web

log: Final = structlog.stdlib.get_logger()
# A request's head must be whole within this; so long, too, a line may rest between two of them.
_HEAD: Final = 30.0
_GOODBYE: Final = 5.0


class _Line(web.RequestHandler):
    """One connection."""

    async def finish_response(
        self, request: web.BaseRequest, resp: web.StreamResponse, start_time: float | None
    ) -> tuple[web.StreamResponse, bool]:
        # The library would name itself, Python and both versions.
        resp.headers["Server"] = "okno"
        resp.headers["X-Content-Type-Options"] = "nosniff"
        resp.headers["Cache-Control"] = "no-store"
        return await super().finish_response(request, resp, start_time)

    def handle_error(
        self, request: web.BaseRequest, status: int = 500, exc: BaseException | None = None, message: str | None = None
    ) -> web.StreamResponse:
        """The library's own answer quotes what it was sent."""
        del message
        if status >= 500:  # noqa: PLR2004 - ours
            log.error("a request failed", path=request.path, exc_info=exc)
        if request.writer.output_size > 0:
            raise ConnectionError("a part of the answer is out already")
        answer = web.Response(status=status, text=f"{status}\n")
        answer.force_close()
        return answer


class Server(web.Server):
    """Makes those connections."""

    def __init__(self, handler: Any) -> None:
        # A packed body could grow a thousandfold; nobody we serve packs.
        super().__init__(
            handler, access_log=None, keepalive_timeout=_HEAD, lingering_time=_GOODBYE, auto_decompress=False
        )  # fmt: skip

    def __call__(self) -> web.RequestHandler:
        return _Line(self, loop=self._loop, **self._kwargs)

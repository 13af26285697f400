"""Who may speak to the page's server: only the page itself, on this machine. The sandbox behind it has no password."""

from collections.abc import Awaitable, Callable
from typing import Final
from urllib.parse import urlsplit

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_HERE: Final = frozenset({"127.0.0.1", "localhost"})
_HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' blob: data:; "
        "media-src 'self' blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


@web.middleware
async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A name of somebody's own that leads here, and another site's script, are both turned away."""
    if not _named_here(request.host) or (_acts(request) and not _from_page(request)):
        return web.Response(status=403, text="This address is for the demo's own page on this machine.\n")
    return await handler(request)


async def headed(_request: web.Request, response: web.StreamResponse) -> None:
    """For on_response_prepare: nothing but our own files runs, whatever a message says."""
    response.headers.update(_HEADERS)


def _named_here(host: str) -> bool:
    return urlsplit(f"//{host}").hostname in _HERE


def _acts(request: web.Request) -> bool:
    return request.path.startswith(("/sandbox", "/demo"))


def _from_page(request: web.Request) -> bool:
    # Sec-Fetch-Site is said by every browser of today, Origin by all of them when something is posted.
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        return False
    return request.headers.get("Origin", f"http://{request.host}") == f"http://{request.host}"

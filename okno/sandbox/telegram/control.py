"""The sandbox driven from another process: every act and look of this package as POST or GET /sandbox/<name>.

Arguments are a JSON object (POST) or the query (GET, each value read as JSON when it is JSON). The answer is
{"ok": true, "result": …}, or {"ok": false, "error": "…"} with status 400, 404 for an unknown name.
"""

import base64
import binascii
import inspect
import json
from collections.abc import Callable, Iterable
from types import UnionType
from typing import Any, get_args, get_origin

from aiohttp import web

from okno.sandbox.telegram.refusal import Misuse, Refusal

Json = dict[str, Any]
Verb = Callable[..., Any]


def verbs(of: Iterable[object]) -> dict[str, Verb]:
    """The public methods of these objects by name."""
    return {
        name: method
        for one in of
        for name, method in inspect.getmembers(one, inspect.ismethod)
        if not name.startswith("_")
    }


class Control:
    def __init__(self, known: dict[str, Verb]) -> None:
        self.known = known

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        name = request.rel_url.path.removeprefix("/sandbox").strip("/")
        verb = self.known.get(name)
        if verb is None:
            known = ", ".join(sorted(self.known))
            return _answer({"ok": False, "error": f'no such thing as "{name}"; there are {known}'}, 404)
        try:
            given = await _given(request)
            _check(verb, given)
            result = verb(**given)
            if inspect.isawaitable(result):
                result = await result
        except (Misuse, Refusal) as error:
            return _answer({"ok": False, "error": str(error)}, 400)
        if isinstance(result, bytes):
            return web.Response(body=result, content_type="application/octet-stream")
        return _answer({"ok": True, "result": result})


def _check(verb: Verb, given: Json) -> None:
    """Missing, unknown and wrongly typed arguments are told before anything is done."""
    try:
        bound = inspect.signature(verb).bind(**given)
    except TypeError as error:
        raise Misuse(str(error)) from error
    for name, value in bound.arguments.items():
        asked = inspect.signature(verb).parameters[name].annotation
        if not _fits(value, asked):
            raise Misuse(f"{name} must be {getattr(asked, '__name__', asked)}, not {value!r:.60}")


def _fits(value: Any, asked: Any) -> bool:
    """Whether a value is of the plain type asked for; lists and objects are not looked into."""
    kinds = get_args(asked) if get_origin(asked) is UnionType else (asked,)
    if not all(isinstance(kind, type) and kind is not Any for kind in kinds):
        return True
    return isinstance(value, kinds) or (float in kinds and type(value) is int)


async def _given(request: web.BaseRequest) -> Json:
    given: Json = {name: _value(value) for name, value in request.rel_url.query.items()}
    if request.body_exists:
        try:
            body = json.loads(await request.content.read() or b"{}")
        except ValueError as error:
            raise Misuse(f"the arguments are no JSON: {error}") from error
        if not isinstance(body, dict):
            raise Misuse("the arguments must be a JSON object")
        given |= body
    return _bytes(given)


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _bytes(given: Json) -> Json:
    """`file` comes as base64, in the arguments and in the items of an album."""
    if isinstance(given.get("file"), str):
        try:
            given["file"] = base64.b64decode(given["file"], validate=True)
        except binascii.Error as error:
            raise Misuse(f"file must be base64: {error}") from error
    if isinstance(given.get("items"), list):
        given["items"] = [_bytes(item) if isinstance(item, dict) else item for item in given["items"]]
    return given


def _answer(value: Json, status: int = 200) -> web.Response:
    return web.Response(text=json.dumps(value, default=str), status=status, content_type="application/json")

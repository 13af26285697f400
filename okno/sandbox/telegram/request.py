"""Reads what a bot sent over HTTP: fields and files, from the address, JSON, a form or a form with files."""

import json
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web
from aiohttp.multipart import BodyPartReader

from okno.sandbox.telegram.files import MOST_UPLOAD, Upload
from okno.sandbox.telegram.refusal import Refusal, bad

Json = dict[str, Any]

# Fields and boundaries come on top of the file itself.
MOST_BODY = MOST_UPLOAD + (1 << 20)


async def read(request: web.BaseRequest) -> tuple[Json, dict[str, Upload]]:
    """Fields as they came (text, or JSON values) and files by field name."""
    query = request.rel_url.raw_query_string
    fields: Json = dict(parse_qsl(query, keep_blank_values=True)) if query else {}
    if not request.body_exists:
        return fields, {}
    if (request.content_length or 0) > MOST_BODY:
        raise Refusal(413, "Request Entity Too Large")
    kind = request.content_type
    if kind == "multipart/form-data":
        more, uploads = await _multipart(request)
        return {**fields, **more}, uploads
    body = await request.content.read()
    if kind == "application/json":
        return {**fields, **_json(body)}, {}
    if kind in {"application/x-www-form-urlencoded", "application/octet-stream"}:
        return {**fields, **dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))}, {}
    raise bad(f"sandbox: a body of type {kind} is not read; send JSON or a form")


def _json(body: bytes) -> Json:
    try:
        value = json.loads(body or b"{}")
    except ValueError:
        raise bad("can't parse JSON object") from None
    if not isinstance(value, dict):
        raise bad("object expected")
    return value


async def _multipart(request: web.BaseRequest) -> tuple[Json, dict[str, Upload]]:
    fields: Json = {}
    uploads: dict[str, Upload] = {}
    size = 0
    # The library's own limit is a megabyte; ours, below, answers as the real server does.
    async for part in await request.clone(client_max_size=2 * MOST_BODY).multipart():
        if not isinstance(part, BodyPartReader):
            raise bad("sandbox: a form inside a form is not read")
        data = bytes(await part.read(decode=True))
        size += len(data)
        if size > MOST_BODY:
            raise Refusal(413, "Request Entity Too Large")
        name = part.name or ""
        if part.filename is None:
            fields[name] = data.decode("utf-8", "replace")
        else:
            mime = part.headers.get("Content-Type", "application/octet-stream")
            uploads[name] = Upload(name=part.filename, mime=mime, data=data)
    return fields, uploads

"""The documentation page: the OpenAPI as one page of plain HTML, without scripts, served by ourselves."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

import msgspec
from litestar import MediaType, Request, Response, get
from litestar.serialization import encode_json

from service.api.description import described

STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:1rem auto;padding:0 1rem;color:#1a1a1a}"
    "body{overflow-wrap:anywhere}"
    "h2{border-bottom:1px solid #bbb;margin-top:2.5rem}code,pre{background:#f4f4f4;overflow-wrap:anywhere}"
    "pre{padding:.75rem;overflow:auto;white-space:pre-wrap}summary{cursor:pointer;min-height:2rem}"
    "table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.25rem .5rem;vertical-align:top;"
    "border-bottom:1px solid #ddd;overflow-wrap:anywhere}a{color:#00508a}"
    "@media(min-width:40rem){th,td:nth-child(2){overflow-wrap:normal}}"
)
_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
POLICY = f"default-src 'none'; style-src 'sha256-{_HASH}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"


@get("/api/docs", include_in_schema=False, sync_to_thread=True)
def documentation(request: Request[Any, Any, Any]) -> Response[str]:
    """The page."""
    schema = described(request.app)
    headers = {"Content-Security-Policy": POLICY}
    return Response("".join(_page(schema)), media_type=MediaType.HTML, headers=headers)


@get("/api/v1/openapi.json", include_in_schema=False, sync_to_thread=True)
def openapi(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The description for tools."""
    return Response(encode_json(described(request.app)), media_type="application/vnd.oai.openapi+json")


def _json(value: Any, indent: int = 1) -> str:
    return msgspec.json.format(encode_json(value), indent=indent).decode()


def _page(schema: Mapping[str, Any]) -> Iterator[str]:
    title = escape(schema["info"]["title"])
    yield f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
    yield f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{STYLE}</style></head>'
    yield f"<body><main><h1>{title}</h1><p>{escape(schema['info'].get('description', ''))}</p>"
    yield '<p><a href="/api/v1/openapi.json">openapi.json</a> (OpenAPI 3.1)</p>'
    by_tag: dict[str, list[str]] = {}
    for path, item in schema["paths"].items():
        for method, operation in item.items():
            shown = "".join(_operation(path, method, operation))
            by_tag.setdefault((operation.get("tags") or ["other"])[0], []).append(shown)
    for tag, operations in by_tag.items():
        yield f"<h2>{escape(tag)}</h2>{''.join(operations)}"
    yield "<h2>Schemas</h2>"
    for name, form in schema["components"]["schemas"].items():
        shown = escape(_json(form))
        yield f'<details id="{escape(name)}"><summary><code>{escape(name)}</code></summary><pre>{shown}</pre></details>'
    yield "</main></body></html>"


def _operation(path: str, method: str, operation: Mapping[str, Any]) -> Iterator[str]:
    summary = escape(operation.get("summary", ""))
    yield f"<details><summary><b>{method.upper()}</b> <code>{escape(path)}</code> {summary}</summary>"
    yield f"<p>{escape(operation.get('description', ''))}</p><table><tbody>"
    for parameter in operation.get("parameters", ()):
        kind = _json({name: said for name, said in parameter["schema"].items() if name != "description"}, 0)
        where = f"{parameter['in']}{', required' if parameter.get('required') else ''}"
        example = f" such as <code>{escape(_text(parameter['example']))}</code>" if "example" in parameter else ""
        about = f"{escape(parameter.get('description', ''))} <code>{escape(kind)}</code>{example}"
        yield f"<tr><th>{escape(parameter['name'])}</th><td>{where}</td><td>{about}</td></tr>"
    yield "</tbody></table>"
    if "requestBody" in operation:
        yield f"<p>Body: {_links(operation['requestBody'])}</p>{_shown(operation['requestBody'])}"
    for status, response in operation["responses"].items():
        yield f"<p>{escape(status)}: {escape(response.get('description', ''))} {_links(response)}</p>{_shown(response)}"
    yield "</details>"


def _links(content: Mapping[str, Any]) -> str:
    """The schemas of each media type, as links."""
    shown = []
    for media_type, body in content.get("content", {}).items():
        name = body.get("schema", {}).get("$ref", "").rpartition("/")[2]
        link = f' <a href="#{escape(name)}">{escape(name)}</a>' if name else ""
        shown.append(f"<code>{escape(media_type)}</code>{link}")
    return ", ".join(shown)


def _shown(content: Mapping[str, Any]) -> str:
    """The examples of each media type."""
    bodies = content.get("content", {}).values()
    return "".join(f"<pre>{escape(_text(body['example'], 1))}</pre>" for body in bodies if "example" in body)


def _text(value: Any, indent: int = 0) -> str:
    """Text as it is, anything else as JSON."""
    return value if isinstance(value, str) else _json(value, indent)

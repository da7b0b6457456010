"""Turning results and refusals into answer bodies, for both format versions."""

from collections.abc import Iterable
from typing import Any

from wikibase_sandbox.errors import ApiError, Message
from wikibase_sandbox.types import Json

ERROR_HEADER = "MediaWiki-API-Error"


def _docref(api_url: str) -> str:
    return (
        f"See {api_url} for API usage. Subscribe to the mediawiki-api-announce mailing list at "
        "&lt;https://lists.wikimedia.org/postorius/lists/mediawiki-api-announce.lists.wikimedia."
        "org/&gt; for notice of API deprecations and breaking changes."
    )


def _messages(messages: Iterable[Message], version: int) -> list[Json]:
    return [
        {
            "name": message.name,
            "parameters": list(message.parameters),
            "html": message.html if version == 2 else {"*": message.html},
        }
        for message in messages
    ]


def error_body(error: ApiError, *, version: int, errorformat: str, action: str, api_url: str) -> Json:
    """Return the body for a refusal; any `errorformat` but `bc` has the newer list shape."""
    messages = _messages(error.messages, version)
    if errorformat != "bc":
        item: Json = {"code": error.code, "text": error.info}
        data = dict(error.extra) | ({"messages": messages} if messages else {})
        item |= {"data": data} if data else {}
        item["module"] = error.module or action
        return {"errors": [item], "docref" if version == 2 else "*": _docref(api_url)}
    body: Json = {"code": error.code, "info": error.info, **error.extra}
    if messages:
        body["messages"] = messages
    body["docref" if version == 2 else "*"] = _docref(api_url)
    return {"error": body}


def conflict_patched() -> Json:
    """The warning of an edit that was merged (`edit-stale-baserevid-nonoverlapping`)."""
    return {
        "messages": [
            {
                "name": "wikibase-conflict-patched",
                "parameters": [],
                "html": "Your edit was patched into the latest version.",
                "type": "warning",
            }
        ]
    }


def with_warnings(body: Json, warnings: dict[str, Json]) -> Json:
    """Return a body with the warnings of a call in front."""
    return {"warnings": warnings, **body} if warnings else body


def text_warning(text: str, version: int) -> Json:
    """Return a warning in plain words (`warning-unknown-param`)."""
    return {"warnings" if version == 2 else "*": text}


def as_version_1(value: Any) -> Any:
    """Return a body in the old format: true is an empty string, false is left out."""
    if isinstance(value, dict):
        return {
            key: "" if item is True else as_version_1(item)
            for key, item in value.items()
            if item is not False
        }
    if isinstance(value, list):
        return [as_version_1(item) for item in value]
    return value

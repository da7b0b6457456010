"""Requests read within limits, and answers: what is wrong is a sentence, what was asked is not kept."""

import json
import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar
from urllib.parse import parse_qsl

from fastapi import HTTPException, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, ValidationError

from heritage.errors import HeritageError, ServiceBusy
from heritage.web.pages import HEADERS

log = logging.getLogger(__name__)

LARGEST = 2_000_000
"""Bytes of a request's body."""
_FIELDS = 20
_RETRY_S = "5"
_CALLBACK = re.compile(r"[A-Za-z_$][\w$]*(\.[A-Za-z_$][\w$]*){0,4}", re.ASCII)
_LANGUAGE = re.compile(r"\s*([A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,3})\s*(?:;|,|$)", re.ASCII)
_LONGEST_CALLBACK = 100
_POLICY = {"Content-Security-Policy": "default-src 'none'"}
_MESSAGES = {
    "missing": "is missing",
    "extra_forbidden": "is not known here",
    "value_error": "{msg}",
}


class Refused(Exception):
    """The request cannot be answered as it is; the text says what to change."""

    def __init__(self, sentence: str, status: int = 400) -> None:
        super().__init__(sentence)
        self.status = status


Model = TypeVar("Model", bound=BaseModel)
Answering = Callable[[Request], Awaitable[Response]]


def answering(route: Answering) -> Callable[[Request], Awaitable[Response]]:
    """The route, of which nothing comes back but an answer: errors are sentences, and log no query."""

    async def answered(request: Request) -> Response:
        try:
            return await route(request)
        except HTTPException:
            raise
        except Refused as refusal:
            return refused(str(refusal), refusal.status)
        except ServiceBusy as busy:
            return refused(f"{busy}.", 503, {"Retry-After": _RETRY_S})
        except (HeritageError, OSError) as error:
            log.error("The reconciliation service cannot answer: %s", error)
            return refused("The index of items cannot be read at the moment; ask whoever runs this.", 503)
        except Exception as error:  # noqa: BLE001 - its text may hold what was asked
            log.error("The reconciliation service failed: %s at %s", type(error).__name__, _place(error))
            return refused("Something went wrong here. It has been noted, without the query.", 500)

    answered.__name__ = route.__name__
    return answered


async def at_work(work: Callable[[], Any]) -> Any:
    """Does it outside the event loop."""
    return await run_in_threadpool(work)


def refused(sentence: str, status: int, headers: Mapping[str, str] | None = None) -> Response:
    """The protocol says nothing of the body of an error; ours is an object with a sentence."""
    return _as_json({"error": sentence}, status, headers)


def answer(content: Any, request: Request | None = None) -> Response:
    """JSON; as a call of a function where an older client in a browser asks for one by GET (JSONP)."""
    callback = request.query_params.get("callback", "") if request and request.method == "GET" else ""
    if not callback:
        return _as_json(content)
    if len(callback) > _LONGEST_CALLBACK or not _CALLBACK.fullmatch(callback):
        raise Refused("callback has to be the name of a function: letters, digits, _ and $.")
    # the comment keeps what follows from being read as anything but script
    text = f"/**/{callback}({_dumped(content)});"
    return Response(text, media_type="text/javascript", headers={**HEADERS, **_POLICY})


async def form(request: Request) -> dict[str, str]:
    """The fields of a form."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise Refused("Send a form: Content-Type application/x-www-form-urlencoded.", 415)
    try:
        text = (await _body(request)).decode("utf-8")
        return dict(parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=_FIELDS))
    except ValueError as error:
        raise Refused("The form cannot be read; send fields that are URL-encoded UTF-8.") from error


async def json_body(request: Request) -> Any:
    """The body as JSON."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise Refused("Send JSON: Content-Type application/json.", 415)
    return read_json(await _body(request), "The body")


def read_json(text: str | bytes, what: str) -> Any:
    """Raises Refused for what is no JSON."""
    try:
        return json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise Refused(f"{what} is not JSON.") from error


def read(model: type[Model], content: Any, what: str) -> Model:
    """Raises Refused that names the first place where it is not as the protocol says."""
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise Refused(_sentence(error, what)) from None
    except RecursionError as error:
        raise Refused(f"{what} is nested too deeply.") from error


def number(request: Request, name: str, default: int, most: int) -> int:
    """A whole number of the address, from 0 on, cut to `most`."""
    text = request.query_params.get(name, "").strip()
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Refused(f"{name} has to be a whole number.")
    return min(int(text), most)


def word(request: Request, name: str, longest: int = 300) -> str:
    """A text of the address."""
    text = request.query_params.get(name, "")
    if len(text) > longest:
        raise Refused(f"{name} is longer than {longest} characters.")
    return text


def language(request: Request) -> str | None:
    """What the client would like to read first, where it says so."""
    found = _LANGUAGE.match(request.headers.get("accept-language", ""))
    return found[1].lower() if found else None


def root(request: Request, below: str) -> str:
    """The address of a version of the service, as the client called it; `below` is its path."""
    # not base_url: below a mount it leaves the mount's own path out
    mounted = str(request.scope.get("root_path", "")).rstrip("/")
    return str(request.url.replace(path=f"{mounted}/{below}", query="", fragment=""))


async def _body(request: Request) -> bytes:
    too_large = Refused(f"The request is larger than {LARGEST:,} bytes; send fewer queries at once.", 413)
    length = request.headers.get("content-length", "")
    if length.isascii() and length.isdigit() and int(length[:20]) > LARGEST:
        raise too_large
    found = bytearray()
    async for part in request.stream():
        found += part
        if len(found) > LARGEST:
            raise too_large
    return bytes(found)


def _as_json(content: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    kept = {**HEADERS, **_POLICY, **(headers or {})}
    return Response(_dumped(content), status, kept, "application/json")


def _dumped(content: Any) -> str:
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    text = text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")  # ends of lines in old scripts
    return text.encode("utf-8", "replace").decode("utf-8")


def _no_number(text: str) -> float:
    raise ValueError(f"{text} is no number of JSON")


def _sentence(error: ValidationError, what: str) -> str:
    fault = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(str(part)[:40] for part in fault["loc"] if not str(part).startswith("function-"))
    message = _MESSAGES.get(fault["type"], "{msg}").format(msg=fault["msg"].removeprefix("Value error, "))
    return f"{what}: {place + ': ' if place else ''}{message[:1].lower()}{message[1:]}."


def _place(error: BaseException) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "?"

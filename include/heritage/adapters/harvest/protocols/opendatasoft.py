"""Datasets of Opendatasoft portals (Explore API 2.1), taken as one export.

Pages of records end at the 10,000th; an export has no such limit. A portal that has answered enough for a day
says 429 until the time in its body.
"""

import json
from typing import Any, cast
from urllib.parse import quote

from heritage.adapters.harvest.answer import Answer
from heritage.adapters.harvest.protocols.pages import Pages, at, mapping, whole
from heritage.adapters.harvest.session import Session
from heritage.ports.files import Pulled
from heritage.spec.dataset import DatasetSpec
from heritage.spec.harvest import Opendatasoft


def pull(spec: DatasetSpec, session: Session) -> Pulled:
    """The export in JSON Lines, with the portal's own count of records."""
    harvest = cast(Opendatasoft, spec.harvest)
    base = f"{harvest.url.rstrip('/')}/api/explore/v2.1/catalog/datasets/{quote(harvest.dataset, safe='')}"
    pages: Pages[dict[str, Any]] = Pages(session, lambda answer: mapping(session, answer))
    session.licence = _licence(pages.ask(base))
    announced = _count(pages, base)
    url = f"{base}/exports/jsonl"
    answer = session.page("page-00001.jsonl", url, check=lambda got: _refuse_error(session, got))
    with answer.path.open("rb") as lines:
        received = sum(1 for line in lines if line.strip())
    pages.steady(url, announced, _count(pages, base))
    return Pulled([answer.file()], announced, received)


def _licence(dataset: dict[str, Any]) -> str:
    """By the address of its text, else by its name: names are translated."""
    said = at(dataset, "metas", "default") or {}
    return str(at(said, "license_url") or at(said, "license") or "")


def _count(pages: Pages[dict[str, Any]], base: str) -> int:
    count = whole(pages.ask(f"{base}/records", {"limit": 0}).get("total_count"))
    if not count:
        raise pages.refuse(base, f"the portal counts {count} records")
    return count


def _refuse_error(session: Session, answer: Answer) -> None:
    """An error may come with status 200, in the place of the first record."""
    with answer.path.open("rb") as lines:
        first, more = lines.readline(), lines.readline()
    try:
        said = json.loads(first)
    except (ValueError, RecursionError):
        begin = " ".join(first[:200].decode("utf-8", "replace").split())[:80]
        raise session.changed(answer.url, f"the export is not JSON Lines, it begins {begin!r}") from None
    if not isinstance(said, dict) or ("error_code" in said and not more):
        raise session.changed(answer.url, f"the portal says {str(said)[:200]!r} instead of records")

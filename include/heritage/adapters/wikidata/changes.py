"""Brings an index up to date with what the wiki changed: edits, new items, redirects, deletions."""

import logging
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from heritage.adapters.harvest.answer import Answer
from heritage.adapters.harvest.mediawiki import ALWAYS, said
from heritage.adapters.harvest.protocols.pages import at, listed
from heritage.adapters.harvest.session import Session
from heritage.adapters.wikidata.above import Hierarchy, number
from heritage.adapters.wikidata.parts import ItemFile, Parts
from heritage.adapters.wikidata.polite import Sessions, in_groups, in_session
from heritage.errors import SourceChanged, SourceUnavailable
from heritage.model.digest import digest_json
from heritage.reconcile.items import has_any, item_row
from heritage.spec.index_rules import Scope

log = logging.getLogger(__name__)

OVERLAP = timedelta(minutes=15)
"""Changes before the last ones that are asked for again: they are listed as they are saved, not as begun."""
_AT_ONCE = 50  # entities, the most that the API gives to those who are no bots
_PART = 5_000
_QID = re.compile(r"Q[1-9]\d*")

Progress = Callable[[int, int], None]


class ChangesPull:
    """One pull of what changed since an index was made, in parts; what has come is not asked for again.

    `old` is the index's file. Items that are in it and changed are read again; others that changed are read
    to see whether they belong in it now. Where only a class changed, the items of that class are not looked
    at again: that takes a whole index. Raises SourceUnavailable while the wiki is too busy, SourceChanged
    for what is no answer of a wiki.
    """

    def __init__(
        self,
        api: str,
        old: ItemFile,
        scope: Scope,
        parts: Parts,
        session: Sessions,
        progress: Progress | None = None,
    ) -> None:
        self._api, self._old, self._scope, self._parts = api, old, scope, parts
        self._open, self._progress = session, progress
        self._tree = Hierarchy()

    def run(self, since: datetime, until: datetime) -> None:
        """Brings all that changed from `since` to `until`, and notes down whose old rows are `gone`."""
        known = self._parts.note("changed")
        if known is None:
            known = sorted(self._changed(since - OVERLAP, until), key=number)
            self._parts.write_note("changed", known)
        log.info("%d items changed on the wiki since %s.", len(known), f"{since:%Y-%m-%d %H:%M}")
        self._tree = Hierarchy.of([self._old])
        inside = self._inside()
        gone: set[str] = set()
        groups = list(in_groups(known, _PART))
        for done, some in enumerate(groups, start=1):
            gone |= set(self._bring(some, inside))
            if self._progress:
                self._progress(done, len(groups))
        self._parts.write_note("gone", sorted(gone, key=number))
        self._context(replace(self._old, without=frozenset(gone)))

    def _changed(self, since: datetime, until: datetime) -> set[str]:
        """Items that were edited, made, merged or deleted."""
        asked = {
            **ALWAYS,
            "action": "query",
            "list": "recentchanges",
            "rcnamespace": "0",
            "rctype": "edit|new|log",
            "rcprop": "title|timestamp|ids",
            "rcdir": "newer",
            "rclimit": "500",
            "rcstart": _stamp(since),
            "rcend": _stamp(until),
        }
        found: set[str] = set()
        onward: dict[str, Any] = {}
        with in_session(self._open, "changes") as session:
            for page in range(1, 10**6):
                content = self._page(session, f"changes-{page:06}.json", asked | onward)
                changes = listed(at(content, "query", "recentchanges"))
                if changes is None:
                    raise session.changed(self._api, "the wiki does not list its changes")
                found.update(title for one in changes if _QID.fullmatch(title := str(at(one, "title"))))
                more = at(content, "continue")
                if not isinstance(more, dict):
                    break
                if more == onward:
                    raise session.changed(self._api, "the list of changes goes round in a circle")
                onward = {str(key): str(value) for key, value in more.items()}
        return found

    def _inside(self) -> set[int]:
        """Numbers of all items that the old index holds."""
        found: set[int] = set()
        for table in self._old.batches(["qid"]):
            found.update(number(str(qid)) for qid in table["qid"].to_pylist())
        return found

    def _bring(self, qids: Sequence[str], inside: set[int]) -> list[str]:
        """Reads these items, and gives those of which the old index's rows are not to be used any more."""
        name = f"changed-{digest_json(list(qids))[:12]}"
        known: list[str] | None = self._parts.note(name)
        if known is not None:
            for table in self._parts.file(name).batches(["qid", "subclass_of"]):
                self._tree.classes.update((r["qid"], r["subclass_of"]) for r in table.to_pylist())
            return known
        gone: set[str] = set()
        with in_session(self._open, name) as session, self._parts.writing(name) as add:
            for some in in_groups(qids, _AT_ONCE):
                read = self._entities(session, some)
                self._learn(session, read.values())
                classes = self._tree.below(self._scope.roots)
                for asked, entity in read.items():
                    there = number(asked) in inside
                    row = item_row(entity) if entity else None
                    gone.update(one for one in (asked, row and row["qid"]) if one and number(one) in inside)
                    wanted = row and has_any(entity or {}, classes, self._scope.carried)
                    if row and (wanted or there):
                        add(row | {"context": not wanted})
        self._parts.write_note(name, sorted(gone, key=number))
        return sorted(gone, key=number)

    def _learn(self, session: Session, entities: Iterable[Mapping[str, Any] | None]) -> None:
        """Reads classes that are new to the index, up to those that it knows: they may be below a root."""
        rows = [row for entity in entities if entity and (row := item_row(entity))]
        for row in rows:
            if row["subclass_of"]:
                self._tree.classes[row["qid"]] = row["subclass_of"]
        unknown = {one for row in rows for one in (*row["classes"], *row["subclass_of"])}
        while unknown := {one for one in unknown if one not in self._tree.classes}:
            above: set[str] = set()
            for some in in_groups(sorted(unknown, key=number), _AT_ONCE):
                for asked, entity in self._entities(session, some).items():
                    row = item_row(entity) if entity else None
                    self._tree.classes[asked] = row["subclass_of"] if row else []
                    above.update(self._tree.classes[asked])
            unknown = above

    def _context(self, old: ItemFile) -> None:
        """Reads classes and areas that the changed items name and nobody named before."""
        asked: set[str] = set(self._parts.note("asked") or ())
        while missing := Hierarchy.of([old, *self._parts.files()]).missing() - asked:
            for some in in_groups(sorted(missing, key=number), _PART):
                name = f"context-{digest_json(some)[:12]}"
                if not self._parts.has(name):
                    with in_session(self._open, name) as session, self._parts.writing(name) as add:
                        for group in in_groups(some, _AT_ONCE):
                            for entity in self._entities(session, group).values():
                                row = item_row(entity) if entity else None
                                if row:
                                    add(row | {"context": True})
            asked |= missing
            self._parts.write_note("asked", sorted(asked, key=number))

    def _entities(self, session: Session, qids: Sequence[str]) -> dict[str, Mapping[str, Any] | None]:
        """What the wiki has under these ids: of a redirect the item that it leads to, None when deleted."""
        question = {**ALWAYS, "action": "wbgetentities", "ids": "|".join(qids)}
        name = f"entities-{digest_json(list(qids))[:16]}.json"
        content = self._page(session, name, question)
        entities = at(content, "entities")
        if not isinstance(entities, dict) or not set(qids) <= entities.keys():
            raise session.changed(self._api, f"the wiki does not answer for each of {len(qids)} items")
        found: dict[str, Mapping[str, Any] | None] = {}
        for qid in qids:
            entity = entities[qid]
            if not isinstance(entity, dict):
                raise session.changed(self._api, f"the wiki says of {qid} what is no item")
            found[qid] = None if "missing" in entity else entity
        return found

    def _page(self, session: Session, name: str, question: Mapping[str, str]) -> dict[str, Any]:
        content: list[dict[str, Any]] = []

        def check(answer: Answer) -> None:
            try:
                content.append(said(session, answer))
            except SourceChanged:
                if answer.content.lstrip().startswith(b"{") and not answer.content.rstrip().endswith(b"}"):
                    raise SourceUnavailable(
                        f"{session.dataset}: {self._api}: the answer breaks off. Try again later."
                    ) from None
                raise

        answer = session.page(name, self._api, form=dict(question), check=check, repeats=True)
        return content[-1] if content else said(session, answer)


def _stamp(time: datetime) -> str:
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

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
from heritage.adapters.wikidata.edit_summaries import may_bring_in
from heritage.adapters.wikidata.parts import ItemFile, Parts
from heritage.adapters.wikidata.polite import Sessions, in_groups, in_session
from heritage.errors import SourceChanged, SourceUnavailable
from heritage.model.digest import digest_json
from heritage.reconcile.items import Row, has_any, item_row
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

    `old` is the index's file. Items that are in it and changed are read again. Of others that changed the
    statements are read to see whether they belong in it now, unless the summaries of all their edits say that
    these were about something else. Where only a class changed, the items of that class are not looked
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
        self._wanted: set[str] | None = None

    def run(self, since: datetime, until: datetime) -> None:
        """Brings all that changed from `since` to `until`, and notes down whose old rows are `gone`."""
        inside = self._inside()
        known = self._parts.note("changed")
        if known is None:
            known = sorted(self._changed(since - OVERLAP, until, inside), key=number)
            self._parts.write_note("changed", known)
        ours = sum(number(qid) in inside for qid in known)
        log.info(
            "Since %s %d items of the index changed on the wiki, and %d that may belong in it.",
            *(f"{since:%Y-%m-%d %H:%M}", ours, len(known) - ours),
        )
        self._tree = Hierarchy.of([self._old])
        gone: set[str] = set()
        groups = list(in_groups(known, _PART))
        for done, some in enumerate(groups, start=1):
            gone |= set(self._bring(some, inside))
            if self._progress:
                self._progress(done, len(groups))
        self._parts.write_note("gone", sorted(gone, key=number))
        self._context(replace(self._old, without=frozenset(gone)))

    def _changed(self, since: datetime, until: datetime, inside: set[int]) -> set[str]:
        """Items that were edited, made, merged or deleted: those inside, and those that may belong there."""
        telling = {"P31", "P279", *self._scope.carried}
        asked = {
            **ALWAYS,
            "action": "query",
            "list": "recentchanges",
            "rcnamespace": "0",
            "rctype": "edit|new|log",
            "rcprop": "title|timestamp|ids|comment",
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
                for one in changes:
                    title = str(at(one, "title"))
                    if _QID.fullmatch(title) and (number(title) in inside or may_bring_in(one, telling)):
                        found.add(title)
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
                for one in table.to_pylist():
                    self._put(one["qid"], one["subclass_of"])
            return known
        gone: set[str] = set()
        with in_session(self._open, name) as session, self._parts.writing(name) as add:
            ours = [qid for qid in qids if number(qid) in inside]
            for some in in_groups(ours, _AT_ONCE):
                gone |= self._read(session, some, inside, add)
            others = [qid for qid in qids if number(qid) not in inside]
            fresh = sorted(self._belonging(session, others) - set(ours), key=number)
            for some in in_groups(fresh, _AT_ONCE):
                gone |= self._read(session, some, inside, add)
        self._parts.write_note(name, sorted(gone, key=number))
        return sorted(gone, key=number)

    def _read(
        self, session: Session, qids: Sequence[str], inside: set[int], add: Callable[[Row], None]
    ) -> set[str]:
        """Adds the rows of those that belong inside, or are there already; gives the latter."""
        gone: set[str] = set()
        read = self._entities(session, qids)
        self._learn(session, read.values())
        for asked, entity in read.items():
            row = item_row(entity) if entity else None
            there = {one for one in (asked, row and row["qid"]) if one and number(one) in inside}
            gone |= there
            belongs = row and self._belongs(entity or {})
            if row and (belongs or there):
                add(row | {"context": not belongs})
        return gone

    def _belonging(self, session: Session, qids: Sequence[str]) -> set[str]:
        """Those of items outside that belong inside by their statements, which are all that is asked for."""
        found: set[str] = set()
        for some in in_groups(qids, _AT_ONCE):
            read = [one for one in self._entities(session, some, "claims").values() if one]
            self._learn(session, read)
            found.update(str(one["id"]) for one in read if self._belongs(one))
        return found

    def _belongs(self, entity: Mapping[str, Any]) -> bool:
        if self._wanted is None:
            self._wanted = self._tree.below(self._scope.roots)
        return has_any(entity, self._wanted, self._scope.carried)

    def _put(self, qid: str, above: list[str]) -> None:
        """Puts a class into the tree."""
        if self._tree.classes.get(qid) != above:
            self._tree.classes[qid], self._wanted = above, None

    def _learn(self, session: Session, entities: Iterable[Mapping[str, Any] | None]) -> None:
        """Reads classes that are new to the index, up to those that it knows: they may be below a root."""
        rows = [row for entity in entities if entity and (row := item_row(entity))]
        for row in rows:
            if row["subclass_of"]:
                self._put(row["qid"], row["subclass_of"])
        unknown = {one for row in rows for one in (*row["classes"], *row["subclass_of"])}
        while unknown := {one for one in unknown if one not in self._tree.classes}:
            above: set[str] = set()
            for some in in_groups(sorted(unknown, key=number), _AT_ONCE):
                for asked, entity in self._entities(session, some, "claims").items():
                    row = item_row(entity) if entity else None
                    self._put(asked, row["subclass_of"] if row else [])
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

    def _entities(
        self, session: Session, qids: Sequence[str], props: str = ""
    ) -> dict[str, Mapping[str, Any] | None]:
        """What the wiki has under these ids: of a redirect the item that it leads to, None when deleted.

        `props` names the parts that are asked for, if not all.
        """
        question = {**ALWAYS, "action": "wbgetentities", "ids": "|".join(qids)}
        if props:
            question["props"] = props
        name = f"entities-{digest_json([props, *qids])[:16]}.json"
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

"""A wiki whose ids are not Wikidata's, for whoever speaks only of Wikidata's: translated at the rim."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from heritage.adapters.wikibase.documented import documented
from heritage.adapters.wikibase.translation import Translation
from heritage.ports.wiki import Contribution, Entity, LiveWiki, WikiFacts, WikiWriter, WriteResult


@documented
class MappedReader:
    """Implements LiveWiki over another one; an id without anything like it there is missing there."""

    def __init__(self, wiki: LiveWiki, translation: Translation) -> None:
        self._wiki, self._translation = wiki, translation

    def read(self, qids: Sequence[str]) -> dict[str, Entity]:
        """See WikiReader."""
        asked = self._there(qids)
        found = self._wiki.read(list(asked))
        return {asked[qid]: self._translation.entity_here(entity) for qid, entity in found.items()}

    def latest(self, qids: Sequence[str]) -> dict[str, int]:
        """See WikiReader."""
        asked = self._there(qids)
        return {asked[qid]: revision for qid, revision in self._wiki.latest(list(asked)).items()}

    def properties(self, pids: Sequence[str]) -> dict[str, Entity]:
        """See WikiReader."""
        asked = self._there(pids)
        found = self._wiki.properties(list(asked))
        return {asked[pid]: self._translation.entity_here(entity) for pid, entity in found.items()}

    def find_by_identifiers(self, property: str, values: Sequence[str]) -> dict[str, list[str]]:
        """See WikiReader."""
        found = self._wiki.find_by_identifiers(self._translation.there(property), values)
        return {value: [self._translation.here(qid) for qid in qids] for value, qids in found.items()}

    def find_edit(self, token: str, since: datetime) -> WriteResult | None:
        """See LiveWiki."""
        found = self._wiki.find_edit(token, since)
        return self._told(found) if found else None

    def contributions(self, since: datetime) -> Iterator[Contribution]:
        """See WikiHistory."""
        for edit in self._wiki.contributions(since):
            item = edit.title.startswith("Q") and edit.title[1:].isdigit()
            yield replace(edit, title=self._translation.here(edit.title)) if item else edit

    def stop_requested(self) -> str | None:
        """See LiveWiki."""
        return self._wiki.stop_requested()

    def facts(self) -> WikiFacts:
        """See LiveWiki."""
        return self._wiki.facts()

    def datatypes(self, properties: Sequence[str]) -> dict[str, str]:
        """See LiveWiki."""
        asked = self._there(properties)
        return {asked[pid]: datatype for pid, datatype in self._wiki.datatypes(list(asked)).items()}

    def _there(self, ids: Sequence[str]) -> dict[str, str]:
        """The wiki's id to ours, of those that it has something for."""
        return {self._translation.there(one): one for one in ids if self._translation.knows(one)}

    def _told(self, result: WriteResult) -> WriteResult:
        return replace(result, qid=self._translation.here(result.qid))


class MappedWiki(MappedReader):
    """Implements WikiWriter over another one."""

    def __init__(self, wiki: WikiWriter, translation: Translation) -> None:
        super().__init__(wiki, translation)
        self._writer = wiki

    def create(self, data: Entity, summary: str) -> WriteResult:
        """See WikiWriter."""
        return self._told(self._writer.create(self._translation.data_there(data), summary))

    def add(self, qid: str, data: Entity, base_revision: int, summary: str) -> WriteResult:
        """See WikiWriter."""
        there = self._translation.there(qid)
        return self._told(self._writer.add(there, self._translation.data_there(data), base_revision, summary))

    def remove(self, qid: str, data: Entity, base_revision: int, summary: str) -> WriteResult:
        """See WikiWriter."""
        there = self._translation.there(qid)
        return self._told(
            self._writer.remove(there, self._translation.data_there(data), base_revision, summary)
        )

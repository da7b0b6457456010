"""The ethics profile of every dataset: what it covers, whom it leaves out, and whether a note is due."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pydantic import TypeAdapter

from heritage.errors import StoreDamaged
from heritage.model.digest import digest_json, inputs_digest
from heritage.ports.files import ItemIndex, SnapshotStore
from heritage.ports.reports import EthicsView, ShareBar
from heritage.priority.counts import Counts, together
from heritage.priority.ethics_rules import Dimension, EthicsRules, Spoken
from heritage.priority.profile import Profile, profile
from heritage.priority.profile_words import flag_sentences, sentences
from heritage.spec.dataset import DatasetSpec
from heritage.spec.loader import LoadedSpec
from heritage.steps.ethics_counts import Items, count_items, count_records

_log = logging.getLogger(__name__)

_BARS = 8


@dataclass(frozen=True, slots=True)
class EthicsProfile:
    """`due` says, a sentence each, why a note on what is left out is mandatory; `words` names the groups."""

    dataset: str
    snapshot: str
    country: str | None
    """Two letters; None for a register of several countries, which is compared with nothing."""
    profile: Profile
    sentences: tuple[str, ...]
    due: tuple[str, ...]
    words: dict[str, str]


def ethics_view(drawn: EthicsProfile) -> EthicsView:
    """The profile as the report shows it, with the periods as bars, or the kinds where nothing is dated."""
    by = {one.dimension: one for one in drawn.profile.dimensions}
    shown = by[Dimension.PERIOD] if by[Dimension.PERIOD].known else by[Dimension.KIND]
    groups = shown.groups if shown.dimension is Dimension.PERIOD else shown.groups[:_BARS]
    return EthicsView(
        sentences=drawn.sentences,
        told_by=shown.dimension.value,
        compared_with=shown.against.value,
        bars=tuple(
            ShareBar(drawn.words.get(group.name, group.name), group.share, group.country_share)
            for group in groups
        ),
    )


@dataclass(frozen=True, slots=True)
class Languages:
    """Where the languages of a country and their names are known."""

    spoken_in: Callable[[str], Sequence[Spoken]]
    name: Callable[[str], str]


_STORED = TypeAdapter(EthicsProfile)


def draw_profiles(
    specs: Sequence[LoadedSpec],
    *,
    store: SnapshotStore,
    rules: EthicsRules,
    languages: Languages,
    index: ItemIndex | None = None,
) -> dict[str, EthicsProfile]:
    """The profile of each dataset that has a flagged good snapshot, by its id, written as `ethics.json`
    beside it. What has not changed, nor anything of its country, is read and not drawn again."""
    drawing = _Drawing([one.spec for one in specs if one.spec.proposes], store, rules, languages, index)
    profiles = {spec.id: drawing.of(spec) for spec in drawing.specs}
    due = sum(bool(one.due) for one in profiles.values())
    _log.info(
        "Profiled %d datasets, %d of them anew; %d need a note on what they leave out.",
        *(len(profiles), drawing.drawn, due),
    )
    return profiles


class _Drawing:
    """What is read once for all datasets, and only if something has changed."""

    def __init__(
        self,
        specs: Sequence[DatasetSpec],
        store: SnapshotStore,
        rules: EthicsRules,
        languages: Languages,
        index: ItemIndex | None,
    ) -> None:
        self._store, self._rules, self._languages = store, rules, languages
        self._versions = {spec.id: found for spec in specs if (found := _version(spec, store))}
        self.specs = [spec for spec in specs if spec.id in self._versions]
        self._index_version, self._index = _index(index)
        self._counted: dict[str, dict[str, Counts]] = {}
        self._items: Items | None = None
        self.drawn = 0

    def of(self, spec: DatasetSpec) -> EthicsProfile:
        snapshot = self._versions[spec.id][0]
        beside = [one for one in self.specs if self._may_share(spec, one)]
        inputs = inputs_digest(
            "ethics",
            digest_json(self._rules.model_dump(mode="json")),
            digest_json({one.id: self._versions[one.id] for one in [spec, *beside]}),
            self._index_version,
        )
        try:
            stored = self._store.read_json(spec.id, snapshot, "ethics")
            if stored["inputs"] == inputs:
                return _STORED.validate_python(stored["profile"])
        except FileNotFoundError:
            pass
        found = self._draw(spec, snapshot, beside)
        content = {"inputs": inputs, "profile": _STORED.dump_python(found, mode="json")}
        self._store.write_json(spec.id, snapshot, "ethics", content)
        self.drawn += 1
        return found

    def _may_share(self, spec: DatasetSpec, other: DatasetSpec) -> bool:
        """Whether the other may have records of the country of this one."""
        mine, theirs = spec.item.country, other.item.country
        return spec.id != other.id and mine is not None and (theirs in (None, mine))

    def _draw(self, spec: DatasetSpec, snapshot: str, beside: Sequence[DatasetSpec]) -> EthicsProfile:
        counted = self._counts(spec)
        country = spec.item.country if set(counted) <= {spec.item.country} else None
        own = counted.get(country, Counts()) if country else together(list(counted.values()))
        others = [self._counts(one).get(country, Counts()) for one in beside] if country else []
        code = spec.id.split("_", 1)[0] if country else None
        items = self._of_items(country) if country else Counts()
        found = profile(
            own,
            together(others),
            items,
            self._rules,
            colonial=self._rules.colonial.get(code) if code else None,
            spoken=self._languages.spoken_in(code) if code else (),
        )
        words = self._words(spec, found)

        def name(_: Dimension, group: str) -> str:
            return words.get(group, group)

        return EthicsProfile(
            dataset=spec.id,
            snapshot=snapshot,
            country=code,
            profile=found,
            sentences=tuple(sentences(found, name)),
            due=tuple(flag_sentences(found, name)),
            words=words,
        )

    def _counts(self, spec: DatasetSpec) -> dict[str, Counts]:
        if spec.id not in self._counted:
            snapshot = self._versions[spec.id][0]
            self._counted[spec.id] = count_records(spec, snapshot, store=self._store, rules=self._rules)
        return self._counted[spec.id]

    def _of_items(self, country: str) -> Counts:
        if self._index is None:
            return Counts()
        if self._items is None:
            countries = frozenset(spec.item.country for spec in self.specs if spec.item.country)
            self._items = count_items(self._index, self._rules, countries)
        return self._items.counts.get(country, Counts())

    def _words(self, spec: DatasetSpec, found: Profile) -> dict[str, str]:
        """Names of groups that stand as items or codes: the item's, or else the register's own term."""
        item = spec.item
        terms = {qid: term for lookup in (item.classes, item.admin) for term, qid in lookup.items()}
        words: dict[str, str] = {}
        for covered in found.dimensions:
            for group in covered.groups:
                if covered.dimension in (Dimension.KIND, Dimension.REGION):
                    label = self._items.labels.get(group.name) if self._items else None
                    words[group.name] = label or terms.get(group.name) or group.name
                elif covered.dimension is Dimension.LANGUAGE:
                    words[group.name] = self._languages.name(group.name)
        for flag in found.flags:
            if flag.dimension is Dimension.LANGUAGE:
                words |= {code: self._languages.name(code) for code, _ in flag.lacking}
        return words


def _version(spec: DatasetSpec, store: SnapshotStore) -> list[str] | None:
    """The last good snapshot and what its counts are made from; None where it was not flagged yet."""
    snapshot = store.last_good(spec.id)
    if snapshot is None:
        return None
    try:
        tables = [store.digest(spec.id, snapshot, name) for name in ("records", "risk")]
    except FileNotFoundError:
        return None
    try:
        tables.append(store.digest(spec.id, snapshot, "matches"))
    except FileNotFoundError:
        tables.append("")
    return [snapshot, spec.digest(), *tables]


def _index(index: ItemIndex | None) -> tuple[str, ItemIndex | None]:
    if index is None:
        return "", None
    try:
        return index.version(), index
    except StoreDamaged:  # none was made yet
        return "", None

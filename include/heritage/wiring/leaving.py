"""The way out for what registers hold, bound to the descriptions and stores that the settings name."""

from collections.abc import Iterable
from functools import cache

from heritage.adapters.clock import SystemClock
from heritage.adapters.vocabularies import YamlVocabularies
from heritage.licence.gate import Facts
from heritage.licence.leaving import Credit, Leaves, credit_of
from heritage.licence.permission import Target
from heritage.spec.loader import load_layers, load_specs
from heritage.spec.source import SourceSpec
from heritage.steps.judge_licence import LicenceRules, facts_now, facts_of
from heritage.wiring.settings import Settings
from heritage.wiring.stores import snapshot_store


def leaves_towards(target: Target, settings: Settings, rules: LicenceRules) -> Leaves:
    """What may leave of any source today: every later exit asks `licence.leaving` with these."""
    described, store = described_sources(settings), snapshot_store(settings)

    @cache
    def facts(source: str) -> Facts | None:
        spec = described.get(source)
        return facts_now(spec, store) if spec else None

    today = SystemClock().now().date()
    return Leaves(target, rules.licences, rules.permissions, today, facts)


def credits_of(sources: Iterable[str], settings: Settings) -> tuple[Credit, ...]:
    """Those of the sources that ask to be named, by id; no question of whether anything may leave."""
    described, licences = described_sources(settings), YamlVocabularies(settings.vocabularies).licences()
    known = (described[one] for one in sorted(set(sources)) if one in described)
    found = (credit_of(facts_of(spec, ""), licences) for spec in known)
    return tuple(credit for credit in found if credit)


def described_sources(settings: Settings) -> dict[str, SourceSpec]:
    """Registers and layers by their ids."""
    loaded = (*load_specs(settings.datasets)[0], *load_layers(settings.datasets)[0])
    return {one.spec.id: one.spec for one in loaded}

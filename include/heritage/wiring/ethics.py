"""Ethics profiles, bound to the vocabulary, the index and the languages that the settings choose."""

from collections.abc import Sequence

from heritage.adapters.languages import language_name, spoken_in
from heritage.adapters.wikidata.index import FileItemIndex
from heritage.priority.ethics_rules import EthicsRules
from heritage.spec.loader import LoadedSpec
from heritage.spec.yaml_model import read_model
from heritage.steps import ethics
from heritage.wiring.settings import Settings
from heritage.wiring.stores import snapshot_store


def draw_profiles(specs: Sequence[LoadedSpec], settings: Settings) -> dict[str, ethics.EthicsProfile]:
    """See `steps.ethics.draw_profiles`."""
    return ethics.draw_profiles(
        specs,
        store=snapshot_store(settings),
        rules=read_model(settings.vocabularies / "ethics.yaml", EthicsRules),
        languages=ethics.Languages(spoken_in, language_name),
        index=FileItemIndex(settings.data_url),
    )

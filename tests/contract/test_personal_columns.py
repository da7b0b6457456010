"""No description keeps what may be somebody's, and no extract in the repository names people."""

import pytest

from heritage.quality import personal_columns
from heritage.spec.loader import load_specs
from heritage.wiring.settings import Settings
from heritage.wiring.sources import map_sample, people_in_sample
from register_examples import ROOT, words

KNOWN = {"fi_kirjastot": {"primaryContactInfo.homepage.name"}}
"""Looked at by a person: columns that only sound personal (the title of a library's home page)."""
SPECS, _ = load_specs(ROOT / "datasets")


@pytest.mark.parametrize("loaded", SPECS, ids=[loaded.spec.id for loaded in SPECS])
def test_what_may_be_somebodys_is_dropped_when_a_row_is_read(loaded):
    settings = Settings(datasets=ROOT / "datasets")
    mapped = map_sample(loaded, settings)
    found = {issue.field for issue in personal_columns(loaded.spec, mapped.columns, words())}
    assert found - KNOWN.get(loaded.spec.id, set()) == set()
    assert list(people_in_sample(loaded, settings)) == []

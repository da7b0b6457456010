"""The latest ranking of a real installation, asked about."""

from pathlib import Path

import pytest

from heritage.errors import EntryRefused
from heritage.wiring.ranking import Records, priority_settings, records, to_be_first, try_weights
from heritage.wiring.report import latest_ranking
from heritage.wiring.settings import Settings
from installation import settings_in

EVEN = {"urgency": 1, "relevance": 1, "equity": 1, "readiness": 1}


@pytest.fixture(scope="module")
def settings(decided_installation: Path) -> Settings:
    """Only read here."""
    given = settings_in(decided_installation).items()
    return Settings.model_validate({name.removeprefix("HERITAGE_").lower(): value for name, value in given})


def test_weights_are_tried_and_nothing_is_kept(settings: Settings) -> None:
    before = latest_ranking(settings)
    assert before is not None
    tried = try_weights(settings, EVEN)
    assert {one.proposal_id for one in tried.rows} == {one.proposal.proposal_id for one in before.ranked}
    assert tried.body == priority_settings(settings).weights.model_dump()
    assert [one.tried_score for one in tried.rows] == sorted(
        (r.tried_score for r in tried.rows), reverse=True
    )
    with pytest.raises(EntryRefused):
        try_weights(settings, EVEN | {"equity": -1})
    assert latest_ranking(settings) == before


def test_each_proposal_is_told_what_would_make_it_first(settings: Settings) -> None:
    ranking = latest_ranking(settings)
    assert ranking is not None
    said = to_be_first(settings)
    assert said[ranking.ranked[0].proposal.proposal_id].startswith("It is first")
    assert len(said) == len(ranking.ranked)
    assert [one.dataset for one in ranking.covered] == ["by_heritage", "de_libraries"]


def test_every_figure_of_a_ranked_proposal_opens(settings: Settings) -> None:
    ranking = latest_ranking(settings)
    assert ranking is not None
    asked = Records(settings)
    for proposal in [one.proposal for one in ranking.ranked[:3]]:
        figures = {one.key: one for one in asked.figures(proposal.proposal_id) or ()}
        assert figures["edits"].count == proposal.rehearsal.edits
        for key, figure in figures.items():
            page = asked.of(proposal.proposal_id, key, 1)
            assert page is not None
            assert page.figure == figure
            assert page.listed_count + page.hidden_count == figure.count
    last = ranking.ranked[0].proposal.proposal_id
    assert records(settings, last, "beauty", 1) is None
    assert records(settings, "no such proposal", "edits", 1) is None

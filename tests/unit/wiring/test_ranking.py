"""The latest ranking of a real installation, asked about."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from heritage.errors import EntryRefused
from heritage.model.governance import DecisionType
from heritage.steps.govern_standing import recounted
from heritage.wiring.governance import cast_vote, close_round, end_voting, put_question
from heritage.wiring.ranking import Records, records, to_be_first, try_weights
from heritage.wiring.report import latest_ranking, rank_and_report
from heritage.wiring.settings import Settings
from heritage.wiring.stores import decision_store
from heritage.wiring.weights import priority_settings
from installation import settings_in
from priority_examples import terms

EVEN = {"urgency": 1, "relevance": 1, "equity": 1, "readiness": 1}


@pytest.fixture(scope="module")
def settings(decided_installation: Path) -> Settings:
    """Only read here."""
    return settings_with(decided_installation)


def settings_with(installation: Path, **changed: Any) -> Settings:
    given = settings_in(installation).items()
    named = {name.removeprefix("HERITAGE_").lower(): value for name, value in given}
    return Settings.model_validate(named | changed)


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


def test_the_next_ranking_is_made_with_the_weights_that_the_body_decided(
    decided_installation: Path, tmp_path: Path
) -> None:
    (tmp_path / "governance.yaml").write_text(json.dumps(terms()))
    database = f"sqlite:///{tmp_path / 'heritage.sqlite'}"
    undecided = shutil.ignore_patterns("_decisions")
    data = shutil.copytree(decided_installation / "data", tmp_path / "data", ignore=undecided)
    own = {"database_url": database, "reports": tmp_path / "reports", "data_url": str(data)}
    asked = settings_with(decided_installation, **own, governance=tmp_path / "governance.yaml")
    wanted = {"urgency": "10", "relevance": "10", "equity": "70", "readiness": "10"}
    round_ = put_question(
        asked, "Sami", DecisionType.WEIGHTS, "Equity first", "the gap grows", weights=wanted
    )
    for member in round_.seats:
        cast_vote(asked, round_.round_id, member, round_.proposals[0].proposal.proposal_id, "for", "")
    end_voting(asked, round_.round_id)
    (decision,) = close_round(asked, round_.round_id, confirmed_by="Sami")
    written = rank_and_report(asked)
    ranking = latest_ranking(asked)
    assert ranking is not None
    assert ranking.weights_decision == decision.number == 1
    assert try_weights(asked, EVEN).body == {
        "urgency": 0.1, "relevance": 0.1, "equity": 0.7, "readiness": 0.1,
    }  # fmt: skip
    first = ranking.ranked[0]
    assert first.contributions["equity"] == pytest.approx(0.7 * first.proposal.criteria.equity)
    assert any("the weights of decision 1" in one for one in first.proposal.reasons)
    page = written.html.read_text(encoding="utf-8")
    assert "as decision 1 of the body has it: urgency 10%" in page
    assert json.loads((written.html.parent / "report.json").read_bytes())["weighed"]["decision"] == 1
    assert recounted(decision_store(asked)) == (1, [])

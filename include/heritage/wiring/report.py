"""The ranking and its report, bound to the stores and terms of reference that the settings name."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from pydantic import TypeAdapter

from heritage.adapters.clock import SystemClock
from heritage.adapters.reports.files import ReportFiles
from heritage.adapters.reports.shelf import LAST, ReportShelf
from heritage.adapters.vocabularies import YamlVocabularies
from heritage.licence.permission import Target
from heritage.ports.reports import Weighed
from heritage.priority.sensitivity import what_would_change
from heritage.spec.loader import load_specs
from heritage.steps.figures import dataset_figures
from heritage.steps.govern_rounds import ratifications
from heritage.steps.govern_standing import decided, fate
from heritage.steps.rank import Ranking, rank
from heritage.steps.report import write_report
from heritage.steps.report_ask import ask_of
from heritage.steps.report_country import country_answers
from heritage.wiring.ethics import draw_profiles
from heritage.wiring.leaving import leaves_towards
from heritage.wiring.licences import judge_licence, licence_lines, licence_rules
from heritage.wiring.settings import Settings
from heritage.wiring.stores import (
    decision_store,
    journal,
    permission_store,
    request_store,
    snapshot_store,
)
from heritage.wiring.terms import governance_settings
from heritage.wiring.weights import body_settings

_RANKING = TypeAdapter(Ranking)
_FOLDER = "%Y-%m-%dT%H%M%SZ"


@dataclass(frozen=True, slots=True)
class Report:
    """A ranking that was written down: report.html, .pdf and .json, and ranking.json, in one folder."""

    folder: str
    ranked: int
    gated: int
    decided: int

    @property
    def html(self) -> Path:
        return Path(self.folder, "report.html")


def rank_and_report(settings: Settings, address: str = "") -> Report:
    """Ranks what could be done next and writes the report into a folder of its own, dated to the second;
    `address` is that of the page on which members answer."""
    clock, store, terms = SystemClock(), snapshot_store(settings), governance_settings(settings)
    specs = [loaded for loaded in load_specs(settings.datasets)[0] if loaded.spec.proposes]
    rules, records = licence_rules(settings), permission_store(settings)
    for loaded in specs:
        judge_licence(loaded, settings, rules)
    profiles = draw_profiles(specs, settings)
    weights = body_settings(settings)
    ranking = rank(
        specs,
        store=store,
        licences=rules.licences,
        permissions=rules.permissions,
        questions=records.questions(),
        settings=weights,
        budget_hours=terms.budget_hours,
        edits_per_minute=settings.wiki_edits_per_minute,
        clock=clock,
        journal=journal(settings),
        decided=decided(decision_store(settings), clock.now()),
        ended=fate(decision_store(settings), clock.now()).ended,
        profiles=profiles,
    )
    licences = {loaded.spec.id: licence_lines(loaded, settings, rules) for loaded in specs}
    by_id = {loaded.spec.id: loaded.spec for loaded in specs}
    of_ranking = [*(one.proposal for one in ranking.ranked), *ranking.gated]
    country = {
        dataset: country_answers(
            by_id[dataset],
            dataset_figures(dataset, snapshot, store=store),
            licences[dataset],
            profiles.get(dataset),
        )
        for dataset, snapshot in sorted({one.dataset: one.snapshot for one in of_ranking}.items())
    }
    ranking = replace(ranking, country=country)
    questions = ratifications(decision_store(settings), ranking.ranked, clock.now())
    folder = settings.reports_folder / clock.now().strftime(_FOLDER)
    write_report(
        ranking.ranked,
        ranking.gated,
        specs=by_id,
        store=store,
        vocabularies=YamlVocabularies(settings.vocabularies),
        writer=ReportFiles(settings.countries),
        clock=clock,
        leaves=leaves_towards(Target.EXPORT, settings, rules),
        sample=settings.sample,
        out=folder,
        licences=licences,
        country=country,
        profiles=profiles,
        decided=ranking.decided,
        ask=ask_of([*ranking.ranked, *questions], terms, clock.now(), address),
        to_be_first={
            place.proposal.proposal_id: said
            for place, said in zip(ranking.ranked, what_would_change(ranking.ranked, weights), strict=True)
        },
        weighed=Weighed(weights.weights.model_dump(), weights.weights_decision),
        questions=questions,
    )
    (folder / LAST).write_bytes(_RANKING.dump_json(ranking, indent=1))
    report_shelf(settings).keep(folder.name)
    return Report(str(folder), len(ranking.ranked), len(ranking.gated), ranking.decided)


def latest_report(settings: Settings) -> Path | None:
    """The folder of the newest report that was written whole; none when somebody has asked since to tell less
    of a site, for it may tell more."""
    found = report_shelf(settings).newest()
    if not found:
        return None
    asked = request_store(settings).last_asked()
    return None if asked and asked >= made_at(found) else found


def latest_ranking(settings: Settings) -> Ranking | None:
    """The newest ranking that was written down; None before the first."""
    found = report_shelf(settings).newest()
    return ranking_in(found) if found else None


def report_shelf(settings: Settings) -> ReportShelf:
    """Where the reports are."""
    return ReportShelf(settings.reports_url, settings.reports_folder)


def made_at(folder: Path) -> datetime:
    """When a report was written."""
    return datetime.strptime(folder.name, _FOLDER).replace(tzinfo=UTC)


def ranking_in(folder: Path) -> Ranking:
    """The ranking of a written report."""
    return _RANKING.validate_json((folder / LAST).read_bytes())

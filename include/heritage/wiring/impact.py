"""The impact report, bound to the stores, the descriptions and Wikimedia's statistics."""

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from heritage.adapters.clock import SystemClock
from heritage.adapters.reports.impact import ImpactFiles
from heritage.adapters.reports.world_map import Atlas
from heritage.adapters.wikidata.pageviews import WikimediaViews, project_of
from heritage.errors import SpecError
from heritage.ports.impact import ImpactReport, Readership
from heritage.spec.loader import load_specs
from heritage.steps.impact import impact
from heritage.steps.readers import readership
from heritage.wiring.settings import Settings
from heritage.wiring.stores import media_journal, snapshot_store, visit_store
from heritage.wiring.wiki import open_past
from heritage.wiring.wiki_account import WikiAccount


def write_impact(
    settings: Settings,
    folder: Path,
    *,
    since: date | None = None,
    to: date | None = None,
    publisher: str = "",
    account: WikiAccount | None = None,
    articles: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[ImpactReport, Sequence[Path]]:
    """Counts, and writes the report into a folder. Wikimedia is asked how often so many `articles` were read,
    which takes a wiki (`account`). Raises SpecError for a period that ends before it begins."""
    if since and to and to < since:
        raise SpecError(f"the period ends ({to}) before it begins ({since})")
    specs = {loaded.spec.id: loaded.spec for loaded in load_specs(settings.datasets)[0]}
    names = Atlas(settings.countries).country_names
    visits, clock = visit_store(settings), SystemClock()

    def readers(items: Sequence[str]) -> Readership:
        if account is None:
            return Readership(why="No wiki is set (HERITAGE_WIKI_API), so nobody knows the articles.")
        first = since or min(one.day for one in visits.delivered(since, to))
        return readership(
            items,
            wiki=open_past(account, settings),
            statistics=WikimediaViews(settings.pageviews, settings.user_agent),
            since=first,
            today=clock.now().date(),
            most=articles,
            is_article=lambda site: project_of(site) is not None,
            progress=progress,
        )

    report = impact(
        visits=visits,
        media=media_journal(settings),
        store=snapshot_store(settings),
        specs=specs,
        country_name=lambda qid: names.get(qid, qid),
        clock=clock,
        since=since,
        to=to,
        publisher=publisher,
        readers=readers if articles else None,
        sample=settings.sample,
    )
    return report, ImpactFiles().write(report, folder)

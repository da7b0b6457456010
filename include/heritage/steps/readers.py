"""How often articles are read that are linked with items of ours."""

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta

from heritage.errors import SourceUnavailable, WikiBusy
from heritage.ports.impact import PageViews, Readership
from heritage.ports.revisits import WikiPast
from heritage.ports.wiki import READ_TOGETHER
from heritage.statements.aftermath import links_of

log = logging.getLogger(__name__)


def readership(
    items: Sequence[str],
    *,
    wiki: WikiPast,
    statistics: PageViews,
    since: date,
    today: date,
    most: int,
    is_article: Callable[[str], bool],
    progress: Callable[[int, int], None] | None = None,
) -> Readership:
    """Views of the first `most` articles of these items, in the whole months from `since` on. `is_article`
    says of a site whether it has articles to read. A service that is away gives no figure, and the reason."""
    first = since.replace(day=1)
    last = today.replace(day=1) - timedelta(days=1)
    if last < first:
        return Readership(why="No whole month has passed since the first edit.")
    views: Counter[str] = Counter()
    asked = found = looked_at = 0
    try:
        for start in range(0, len(items), READ_TOGETHER):
            some = items[start : start + READ_TOGETHER]
            articles = [one for one in _linked(some, wiki) if is_article(one[0])]
            looked_at, found = start + len(some), found + len(articles)
            for site, title in articles[: most - asked]:
                views[site] += statistics.views(site, title, first, last) or 0
                asked += 1
                if progress:
                    progress(asked, most)
            if asked >= most:
                break
    except (SourceUnavailable, WikiBusy) as away:
        return Readership(why=f"The statistics could not be had: {away}")
    log.info("Asked how often %d of %d articles on %d items were read.", asked, found, looked_at)
    told = dict(views.most_common())
    return Readership(views.total(), asked, found, looked_at, first, last, told)


def _linked(qids: Sequence[str], wiki: WikiPast) -> Iterator[tuple[str, str]]:
    """Site and title of what is linked with these items."""
    entities = wiki.read(qids)
    for qid in qids:
        yield from links_of(entities.get(qid, {})).items()

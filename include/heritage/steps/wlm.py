"""A register's list for Wiki Loves Monuments: sites in danger that nobody has photographed come first."""

import logging
from collections.abc import Callable, Mapping
from typing import Any

from heritage.licence.leaving import Leaves
from heritage.model.arrow import rows_together
from heritage.model.evidence import Level
from heritage.ports.files import SnapshotStore
from heritage.ports.wiki import READ_TOGETHER
from heritage.ports.wlm import Illustrated, ListedSite, Pictures, SiteList
from heritage.spec.dataset import DatasetSpec
from heritage.steps.exact_records import exact_records

log = logging.getLogger(__name__)

_IN_DANGER = frozenset({Level.VULNERABLE, Level.AT_RISK, Level.CRITICAL})
_NOTHING = Illustrated()


def site_list(
    spec: DatasetSpec,
    *,
    store: SnapshotStore,
    basis: str,
    leaves: Leaves,
    pictures: Pictures,
    lang: str,
    progress: Callable[[int, int], None] | None = None,
) -> SiteList:
    """Every record that may be told exactly and that the licence lets out, with the picture that its item
    has. Raises as `exact_records`, and WikiBusy."""
    exact = exact_records(spec, store=store, basis=basis, leaves=leaves)
    sites: list[ListedSite] = []
    for some in rows_together(exact.records, READ_TOGETHER, progress):
        found = pictures(
            [exact.items[row["record_id"]] for row in some if row["record_id"] in exact.items], lang
        )
        for row in some:
            item = exact.items.get(row["record_id"], "")
            level = exact.levels.get(row["record_id"])
            sites.append(_site(row, lang, item, found.get(item, _NOTHING), level in _IN_DANGER))
    sites.sort(key=lambda site: (not site.urgent, bool(site.shown.image), site.id))
    log.info(
        "Listed %d sites of %s, %d of them in danger and without an image; %d are kept back.",
        *(len(sites), spec.title, sum(site.urgent for site in sites), sum(exact.kept_back.values())),
    )
    return SiteList(spec.id, spec.title, lang, tuple(sites), exact.credit, exact.kept_back)


def _site(row: Mapping[str, Any], lang: str, item: str, shown: Illustrated, in_danger: bool) -> ListedSite:
    named = {name["lang"]: name["text"] for name in row["names"] or () if name["text"]}
    return ListedSite(
        id=row["record_id"],
        name=named.get(lang) or row["name"] or "",
        municipality=row["municipality"] or "",
        address=row["address"] or "",
        lat=row["lat"],
        lon=row["lon"],
        url=row["url"] or "",
        item=item,
        shown=shown,
        urgent=in_danger and not shown.image,
    )

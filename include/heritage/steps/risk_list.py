"""The sites of all registers together: narrowed, counted, and paged for the list."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from heritage.disclosure.evidence_gate import told
from heritage.disclosure.gate import publishable
from heritage.licence.leaving import Credit
from heritage.model.evidence import Level
from heritage.ports.risk_pages import (
    FLAGS,
    WORST_FIRST,
    Age,
    Chosen,
    Option,
    RiskList,
    SiteRow,
)
from heritage.steps.risk_sites import RegisterRisk, ranked_levels

_YEAR = 365.25
PAGE = 25
"""Sites on a page of the list."""


@dataclass(frozen=True, slots=True)
class Sites:
    """All sites, worst first: the columns of `RegisterRisk.sites` with `dataset`."""

    registers: Mapping[str, RegisterRisk]
    frame: pd.DataFrame
    country_names: Mapping[str, str]
    cause_names: Mapping[str, str]
    unread: tuple[str, ...] = ()
    credits: tuple[Credit, ...] = ()

    @property
    def sources(self) -> set[str]:
        """Every register that is shown, and whose evidence is."""
        return {*self.registers}.union(*(register.sources for register in self.registers.values()))

    @classmethod
    def of(
        cls,
        registers: Sequence[RegisterRisk],
        country_names: Mapping[str, str],
        cause_names: Mapping[str, str],
        unread: Sequence[str] = (),
    ) -> "Sites":
        """Puts registers together; sorted by level, then by how well it is supported."""
        frames = [one.sites.assign(dataset=one.spec.id) for one in registers]
        empty = pd.DataFrame(columns=[*_COLUMNS, "dataset"]).astype(_COLUMNS | {"dataset": "str"})
        frame = pd.concat(frames, ignore_index=True) if frames else empty
        frame["dataset"] = frame["dataset"].astype("category")
        frame["country"] = frame["country"].astype("category")
        frame["causes"] = [tuple(c for c in some if c in cause_names) for some in frame["causes"]]
        frame = frame.assign(unsupported=-frame["support"].fillna(-1.0))
        frame = frame.sort_values(["rank", "unsupported", "dataset", "record_id"], kind="stable")
        by_id = {one.spec.id: one for one in registers}
        return cls(by_id, frame.reset_index(drop=True), country_names, cause_names, tuple(unread))


_COLUMNS: dict[str, Any] = {
    "record_id": "str",
    "country": "str",
    "causes": "object",
    **dict.fromkeys(("support", "lat", "lon", "cell", "age"), "float64"),
    **dict.fromkeys(("rank", "flags", "record", "ruling", "tasks"), "int64"),
}


def narrow(sites: Sites, chosen: Chosen) -> pd.DataFrame:
    """The chosen sites, worst first."""
    frame = sites.frame
    kept = np.ones(len(frame), dtype=bool)
    if chosen.levels:
        kept &= frame["rank"].isin([WORST_FIRST.index(level) for level in chosen.levels]).to_numpy()
    if chosen.dataset:
        kept &= (frame["dataset"] == chosen.dataset).to_numpy()
    if chosen.country:
        kept &= (frame["country"] == chosen.country).to_numpy()
    if chosen.flags:
        bits = sum(1 << FLAGS.index(flag) for flag in chosen.flags)
        kept &= (frame["flags"].to_numpy() & bits) > 0
    if chosen.tasks:
        kept &= (frame["tasks"] > 0).to_numpy()
    if chosen.age is not None:
        kept &= _of_age(frame["age"].to_numpy(), chosen.age)
    if chosen.cause:
        kept[kept] = [chosen.cause in causes for causes in frame["causes"].to_numpy()[kept]]
    return frame[kept]


def risk_list(sites: Sites, chosen: Chosen, page: int = 1, size: int = PAGE) -> RiskList:
    """One page of the chosen sites; a page beyond the last is the last."""
    found = narrow(sites, chosen)
    pages = max(1, -(-len(found) // size))
    page = min(max(1, page), pages)
    shown = found.iloc[(page - 1) * size : page * size]

    def but(name: str) -> pd.DataFrame:
        """What the other filters leave: a filter counts what choosing in it would give."""
        without: dict[str, Any] = {name: ""}
        return narrow(sites, replace(chosen, **without)) if getattr(chosen, name) else found

    titles = {dataset: register.spec.title for dataset, register in sites.registers.items()}
    return RiskList(
        rows=tuple(site_rows(sites, shown)),
        sites=len(found),
        placed=int(found["lat"].notna().sum()),
        bounds=_bounds(found),
        page=page,
        pages=pages,
        levels=ranked_levels(found["rank"]),
        causes=_cause_options(found, sites.cause_names),
        countries=_options(but("country")["country"], sites.country_names, chosen.country),
        datasets=_options(but("dataset")["dataset"], titles, chosen.dataset),
        known_causes=_with(_cause_options(but("cause"), sites.cause_names), sites.cause_names, chosen.cause),
        all_sites=len(sites.frame),
        hidden=sum(register.hidden for register in sites.registers.values()),
        unread=sites.unread,
        credits=sites.credits,
    )


def site_rows(sites: Sites, chosen: pd.DataFrame) -> Iterator[SiteRow]:
    """Rows of the list for some rows of the frame, in their order, as the gate lets them out."""
    told_of: dict[tuple[str, str], dict[str, Any]] = {}
    for dataset, part in chosen.groupby("dataset", observed=True):
        register = sites.registers[str(dataset)]
        records = register.records.take(pa.array(part["record"].to_numpy()))
        rulings = register.summary.take(pa.array(part["ruling"].to_numpy()))
        said = told(rulings.select(["record_id", "explanation", "last_level"]), records, rulings)
        why = {row["record_id"]: row for row in said.to_pylist()}
        for row in publishable(records, rulings).to_pylist():
            told_of[str(dataset), row["record_id"]] = row | why[row["record_id"]]
    names = ["dataset", "record_id", "rank", "flags", "tasks", "lat", "country"]
    for dataset, record_id, rank, flags, tasks, lat, country in chosen[names].itertuples(index=False):
        row = told_of[dataset, record_id]
        yield SiteRow(
            dataset=str(dataset),
            record_id=record_id,
            name=row["name"] or "",
            lang=row["lang"],
            level=WORST_FIRST[rank],
            last_level=Level(row["last_level"]) if row["last_level"] else None,
            flags=tuple(flag for bit, flag in enumerate(FLAGS) if flags & 1 << bit),
            explanation=row["explanation"],
            country=sites.country_names.get(country, country) or None,
            municipality=row["municipality"],
            register=sites.registers[dataset].spec.title,
            tasks=int(tasks),
            placed=bool(lat == lat),
        )


def _bounds(found: pd.DataFrame) -> tuple[float, float, float, float] | None:
    if not found["lat"].notna().any():
        return None
    low, high = found[["lon", "lat"]].min(), found[["lon", "lat"]].max()
    return float(low["lon"]), float(low["lat"]), float(high["lon"]), float(high["lat"])


def _of_age(age: np.ndarray, wanted: Age) -> np.ndarray:
    with np.errstate(invalid="ignore"):
        kept: np.ndarray = {
            Age.YEAR: age <= _YEAR,
            Age.THREE_YEARS: (age > _YEAR) & (age <= 3 * _YEAR),
            Age.OLDER: age > 3 * _YEAR,
            Age.NONE: np.isnan(age),
        }[wanted]
    return kept


def _options(column: pd.Series, names: Mapping[str, str], chosen: str) -> tuple[Option, ...]:
    counts = column.value_counts()
    known = tuple(Option(str(v), names.get(str(v), str(v)), int(n)) for v, n in counts.items() if v and n)
    return tuple(sorted(_with(known, names, chosen), key=lambda option: option.name.casefold()))


def _with(options: tuple[Option, ...], names: Mapping[str, str], chosen: str) -> tuple[Option, ...]:
    """The options with the chosen one among them, also when no site fits it."""
    if not chosen or chosen in {option.value for option in options}:
        return options
    return (*options, Option(chosen, names.get(chosen, chosen), 0))


def _cause_options(frame: pd.DataFrame, names: Mapping[str, str]) -> tuple[Option, ...]:
    some = frame["causes"].to_numpy()
    counts = Counter(cause for causes in some if causes for cause in causes)
    return tuple(Option(cause, names[cause], count) for cause, count in counts.most_common())

"""Report: what was ranked, why, and what it would do, assembled for people who do not program."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pyarrow as pa

from heritage.licence.leaving import Credit, Leaves, LetOut, let_out
from heritage.licence.question import QUESTION
from heritage.model.governance import Proposal, Ranked
from heritage.ports.clock import Clock
from heritage.ports.files import SnapshotStore
from heritage.ports.reports import (
    PLACES,
    Ask,
    EditExample,
    LicenceLine,
    PriorityReport,
    ProposalView,
    ReportWriter,
    Weighed,
)
from heritage.ports.vocabularies import Vocabularies
from heritage.priority.country import Answered
from heritage.spec.dataset import DatasetSpec
from heritage.steps.ethics import EthicsProfile, ethics_view
from heritage.steps.report_ask import uncounted
from heritage.steps.report_danger import Danger, danger
from heritage.steps.report_examples import edit_examples, together
from heritage.steps.report_findings import finding_lines
from heritage.steps.report_parts import (
    DEFAULT_SIZES,
    ReportSizes,
    country_counts,
    dataset_view,
    places,
    shown_records,
)
from heritage.steps.risk_sites import read_register

log = logging.getLogger(__name__)


def write_report(
    ranked: Sequence[Ranked],
    gated: Sequence[Proposal],
    *,
    specs: Mapping[str, DatasetSpec],
    store: SnapshotStore,
    vocabularies: Vocabularies,
    writer: ReportWriter,
    clock: Clock,
    leaves: Leaves,
    sample: bool,
    out: Path,
    licences: Mapping[str, Sequence[LicenceLine]] = MappingProxyType({}),
    profiles: Mapping[str, EthicsProfile] = MappingProxyType({}),
    country: Mapping[str, Sequence[Answered]] = MappingProxyType({}),
    decided: int = 0,
    ask: Ask | None = None,
    to_be_first: Mapping[str, str] = MappingProxyType({}),
    weighed: Weighed | None = None,
    questions: Sequence[Ranked] = (),
    title: str = "Heritage at risk: what to document next",
    sizes: ReportSizes = DEFAULT_SIZES,
) -> tuple[Path, ...]:
    """Writes the priority report into the folder `out`; gives the paths of its files.

    `specs` maps dataset ids to descriptions, and every dataset that a proposal names must be in it.
    `licences` holds what the licence gate answers for each dataset, `profiles` their ethics profiles,
    `country` the nine questions about their countries; what a register says itself stands in the report only
    as far as `leaves` (of our own exports) let it out, else
    it is counted.
    `ask` is the round that opens on it, `questions` what that asks beside the proposals, `to_be_first` a
    sentence for each proposal, `weighed` what the criteria weigh.
    `decided` proposals were ruled on before and are only counted. `sample` marks demonstration data visibly.
    Snapshots must have been reconciled.
    """
    snapshots = {p.dataset: p.snapshot for p in [*(r.proposal for r in ranked), *gated]}
    rules, today = vocabularies.disclosure(), clock.now().date()
    cause_names = vocabularies.causes().names
    registers = {
        dataset: read_register(specs[dataset], snapshot, store=store, rules=rules, today=today)
        for dataset, snapshot in sorted(snapshots.items())
    }
    known = {dataset: shown_records(register) for dataset, register in registers.items()}
    free = {
        dataset: let_out(register.records.select(["record_id"]), dataset, leaves)
        for dataset, register in registers.items()
    }
    shown = {
        dataset: records[records.index.isin(free[dataset].records["record_id"].to_pylist())]
        for dataset, records in known.items()
    }
    listed = {
        dataset: danger(
            registers[dataset],
            records,
            store=store,
            leaves=leaves,
            rules=rules,
            today=today,
            most=sizes.endangered,
        )
        for dataset, records in shown.items()
    }
    views = {
        dataset: dataset_view(registers[dataset], records, free[dataset], listed[dataset], cause_names, store)
        for dataset, records in shown.items()
    }
    datasets = {
        dataset: replace(
            views[dataset],
            licence_answers=tuple(licences.get(dataset, ())),
            country=tuple(country.get(dataset, ())),
            ethics=ethics_view(profiles[dataset]) if dataset in profiles else None,
            findings=finding_lines(dataset, snapshots[dataset], records, store),
        )
        for dataset, records in shown.items()
    }

    def view(proposal: Proposal, place: Ranked | None) -> ProposalView:
        examples: tuple[EditExample, ...] = ()
        if proposal.kind != QUESTION:
            examples = edit_examples(
                proposal,
                specs[proposal.dataset],
                shown[proposal.dataset],
                store,
                sizes,
                profiles[proposal.dataset].words if proposal.dataset in profiles else {},
            )
        return ProposalView(proposal, place, datasets[proposal.dataset], examples)

    in_order = sorted(ranked, key=lambda r: r.rank)
    report = PriorityReport(
        title=title,
        made_at=clock.now(),
        sample=sample,
        ranked=tuple(view(r.proposal, r) for r in in_order),
        gated=tuple(view(p, None) for p in gated),
        decided=decided,
        together=together([p.proposal for p in in_order if p.proposal.kind != QUESTION], store),
        datasets=tuple(datasets.values()),
        countries=country_counts(known.values(), shown.values()),
        places=pa.concat_tables(
            [PLACES.empty_table(), *(places(d, records) for d, records in shown.items())]
        ),
        credits=_credits(free.values(), listed.values()),
        ask=ask,
        to_be_first=to_be_first,
        uncounted=tuple(uncounted(profiles, {dataset: specs[dataset].title for dataset in snapshots})),
        weighed=weighed,
        questions=tuple(questions),
    )
    paths = writer.write(report, out)
    log.info(
        "Wrote the priority report: %d proposals ranked, %d gated out, %d records on the map.",
        len(report.ranked),
        len(report.gated),
        report.places.num_rows,
    )
    return paths


def _credits(free: Iterable[LetOut], listed: Iterable[Danger]) -> tuple[Credit, ...]:
    """Every source once that asks to be named where it is quoted."""
    named = [one.credit for one in free if one.credit]
    named += [credit for one in listed for credit in one.named]
    return tuple(sorted({credit.source: credit for credit in named}.values(), key=lambda c: c.source))

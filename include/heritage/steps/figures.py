"""The counts of a snapshot that the report, the pages and the command line all show."""

from collections import Counter

from heritage.model.disclosure import Disclosure
from heritage.model.evidence import Level
from heritage.model.issue import IssueCode
from heritage.ports.files import SnapshotStore
from heritage.ports.reports import DatasetFigures, RejectedReason

_MEANINGS = {code.value: code.meaning for code in IssueCode}


def dataset_figures(dataset: str, snapshot: str, *, store: SnapshotStore) -> DatasetFigures:
    """Counts of one snapshot that has been reconciled, read from its tables."""

    def column(table: str, name: str) -> Counter[str]:
        values = store.read_table(dataset, snapshot, table, columns=[name])
        counts = values.group_by(name).aggregate([(name, "count")]).to_pydict()
        return Counter(dict(zip(counts[name], counts[f"{name}_count"], strict=True)))

    codes = column("rejected", "code")
    levels = column("risk", "level")
    disclosure = column("risk", "disclosure")
    decisions = column("matches", "decision")
    capture = store.captured(dataset, snapshot)
    return DatasetFigures(
        dataset=dataset,
        snapshot=snapshot,
        retrieved_at=capture.retrieved_at,
        records=levels.total(),
        rejected=codes.total(),
        reasons=tuple(
            RejectedReason(code, _MEANINGS.get(code, code), rows)
            for code, rows in sorted(codes.items(), key=lambda pair: (-pair[1], pair[0]))
        ),
        levels={level: levels[level.value] for level in Level if levels[level.value]},
        match=decisions["match"],
        review=decisions["review"],
        new=decisions["new"],
        withheld=disclosure[Disclosure.S5],
        generalised=sum(disclosure[c] for c in (Disclosure.S1, Disclosure.S2, Disclosure.S3, Disclosure.S4)),
    )

"""What the sample beside a description says of risk, told before anything is pulled."""

import pyarrow as pa

from heritage.adapters.clock import SystemClock
from heritage.adapters.vocabularies import YamlVocabularies
from heritage.adapters.world import load_world
from heritage.errors import SpecError
from heritage.model.issue import Issue, Severity
from heritage.spec.faults import place
from heritage.spec.loader import LoadedSpec
from heritage.spec.thresholds import load_thresholds
from heritage.steps.own_evidence import evidence_in, evidence_issues
from heritage.wiring.settings import Settings


def sample_evidence(loaded: LoadedSpec, records: pa.Table, settings: Settings) -> tuple[str, list[Issue]]:
    """What the mapped sample says, as the end of a sentence, and what to look at.

    Raises SpecError where a run would stop: for a scheme that is not there or not right, and, of an at-risk
    register, for words that nobody knows.
    """
    spec, vocabularies = loaded.spec, YamlVocabularies(settings.vocabularies)
    if not spec.risk:
        return "", []
    for number, listing in enumerate(spec.risk):
        try:
            vocabularies.scheme(listing.scheme)
        except SpecError as error:
            where = place(loaded.path, ("risk", number, "scheme"))
            raise SpecError(f"{loaded.path.name}: {where}: {error}") from error
    world, today = load_world(settings.vocabularies), SystemClock().now().date()
    own = evidence_in(spec, "sample", records, today, vocabularies=vocabularies, world=world)
    rules = load_thresholds(settings.vocabularies / "thresholds.yaml").snapshot
    issues = list(evidence_issues(spec, own, None, rules))
    if stops := [str(issue) for issue in issues if issue.severity is Severity.STOP]:
        raise SpecError(f"{loaded.path.name}: {' '.join(stops)}")
    places = len(set(own.table["record_id"].to_pylist()))
    whose = "places" if spec.kind == "at_risk" else "of them"
    return f", and says {own.table.num_rows} things of danger of {places} {whose}", issues

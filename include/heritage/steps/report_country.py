"""What the report answers to the nine questions that are asked of a register's country."""

from collections.abc import Sequence

from heritage.model.evidence import Level
from heritage.ports.reports import DatasetFigures, LicenceLine
from heritage.priority.country import Answered, CountryFacts, answers
from heritage.priority.ethics_rules import Dimension
from heritage.spec.dataset import DatasetSpec
from heritage.steps.ethics import EthicsProfile


def country_answers(
    spec: DatasetSpec,
    figures: DatasetFigures,
    licences: Sequence[LicenceLine],
    profile: EthicsProfile | None,
) -> tuple[Answered, ...]:
    """From what the description documents and the last good snapshot came to."""
    covered = {one.dimension: one for one in profile.profile.dimensions} if profile else {}
    regions = covered.get(Dimension.REGION)
    documented = spec.relevance
    return answers(
        CountryFacts(
            records=figures.records,
            at_risk=figures.at_risk,
            unknown=figures.levels.get(Level.UNKNOWN, 0),
            rejected=figures.rejected,
            protocol=str(spec.harvest.protocol),
            breadth=regions.breadth if regions else None,
            licences={line.target: line.answer for line in licences},
            community_request=documented.community_request,
            planned_reuse=documented.planned_reuse,
            partner_engaged=documented.partner_engaged,
            ethics_note=spec.ethics_note,
        )
    )

"""A priority report made by hand, for the tests of its form and of the pages that show it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pyarrow as pa

from heritage.governance.agenda import Part
from heritage.model.evidence import Level
from heritage.model.finding import FindingCount, Severity
from heritage.model.finding_code import FindingCode
from heritage.model.governance import Criteria, Gate, Proposal, Ranked, Rehearsal, Scope
from heritage.model.said import Said
from heritage.ports.reports import (
    PLACES,
    Addition,
    Ask,
    CountryCount,
    DatasetFigures,
    DatasetView,
    EditExample,
    EndangeredRecord,
    EthicsView,
    Fact,
    FindingExample,
    FindingLine,
    PriorityReport,
    ProposalView,
    RejectedReason,
    RiskView,
    ShareBar,
    Together,
    Weighed,
)
from heritage.priority.country import Answered, Question

MADE_AT = datetime(2026, 11, 21, 9, 30, 0, 123456, tzinfo=UTC)


def finding(
    code: FindingCode, severity: Severity, records: int, property: str | None, qid: str | None
) -> FindingLine:
    return FindingLine(
        FindingCount(code, severity, findings=records, records=records),
        (FindingExample("North Tower", "en", qid, property),),
    )


def dataset(id: str, title: str, records: int, endangered: int, licence: str = "CC0-1.0") -> DatasetView:
    levels = {Level.AT_RISK: endangered, Level.UNKNOWN: records - endangered}
    return DatasetView(
        title=title,
        description=f"{title}, as published.",
        publisher=f"Publisher of {title}",
        licence=licence,
        licence_evidence=f"https://register.example/{id}/licence",
        source=f"https://register.example/{id}/list.csv",
        engagement=(Fact("A local community asked for this.", f"https://meta.example/{id}"),),
        ethics_note="",
        figures=DatasetFigures(
            dataset=id,
            snapshot="0f3a9c21b7d4e685",
            retrieved_at=datetime(2026, 11, 20, 6, 0, tzinfo=UTC),
            records=records,
            rejected=3,
            reasons=(RejectedReason("id-duplicate", "Several rows carry this id.", 3),),
            levels={level: count for level, count in levels.items() if count},
            match=records // 2,
            review=records // 10,
            new=records - records // 2 - records // 10,
            withheld=1,
            generalised=4,
        ),
        endangered=tuple(
            EndangeredRecord(
                name=name,
                lang=lang,
                level=Level.AT_RISK,
                explanation="At risk (high confidence): on the List of World Heritage in Danger since 2003.",
                next_expiry=date(2027, 11, 20),
                url="https://register.example/208",
            )
            for name, lang in [
                ("Cultural Landscape of the Bamiyan Valley", "en"),
                ("ბაგრატის ტაძარი", "ka"),
                ("مدينة شبام القديمة وسورها", "ar"),
                ("Old City of Dubrovnik", "en"),
                ("Chan Chan", "es"),
                ("Timbuktu", "fr"),
            ][:endangered]
        ),
        endangered_more=max(0, endangered - 6),
        ethics=EthicsView(
            sentences=("No dated record is from before 1500, although 38% of those in the country are.",),
            told_by="period",
            compared_with="other registers",
            bars=(ShareBar("1400 to 1499", 0.0, 0.38), ShareBar("1500 to 1599", 1.0, None)),
        ),
        country=(
            Answered(Said(Question.REQUEST), Said("Yes."), True, "https://asked.example/"),
            Answered(Said(Question.CONTEST), Said("Nothing is on record."), False),
        ),
        findings=(
            finding(FindingCode.FORMAT, Severity.CRITICAL, 2, "P1216", "Q42"),
            finding(FindingCode.SUBJECT_TYPE, Severity.IMPORTANT, 40, "P625", "Q42"),
            finding(FindingCode.REQUIRES, Severity.INFO, 1, "P131", None),
            finding(FindingCode.NEW_ITEM, Severity.INFO, 7, None, None),
        ),
        risk=RiskView(
            levels={level: count for level, count in levels.items() if count},
            causes=(("Natural", endangered), ("Building and Development", 2)) if endangered else (),
            doubts={"stale": 2, "conflicting": 1} if endangered else {},
            questions=1 if endangered else 0,
            at_war=1 if endangered > 10 else 0,
        ),
    )


def proposal(view: DatasetView, number: int, kind: str, scope: Scope, *failed: Gate) -> Proposal:
    return Proposal(
        proposal_id=f"{view.figures.dataset}-{kind}-{scope}",
        dataset=view.figures.dataset,
        snapshot=view.figures.snapshot,
        title=f"{kind.capitalize().replace('_', ' ')} of {view.title}"
        + (", sites at risk only" if scope is Scope.AT_RISK else ""),
        kind=kind,
        scope=scope,
        content_hash="c" * 64,
        edits_digest="d" * 16,
        rehearsal=Rehearsal(
            *(12 * number, number, 31 * number, 31 * number, 4 * number, number, 2, 1.4 * number),
            stopped=(("conflict", 2 * number), ("already there", 1)),
            violations=(("add-statements-with-invalid-format", 3), ("a code of tomorrow", 1)),
        ),
        gates=(
            *(failed or (Gate("licence", True, "ALLOW"),)),
            Gate("quality", True, "97 % of the core fields are filled"),
            Gate("sensitivity", True, "every record has a disclosure decision"),
        ),
        criteria=Criteria(0.8, 0.4, 0.6, 0.9),
        reviewer_hours=0.5 * number,
        reasons=(
            "41 of 120 records are at risk or worse.",
            "A local community asked for it, and a partner takes part.",
            "62 % of the register is not on Wikidata yet.",
        ),
    )


EXAMPLES = (
    EditExample(
        "Bamiyan",
        "Q189547",
        (Addition("statement", "P757", "208"), Addition("statement", "P1435", "World Heritage Site")),
    ),
    EditExample(
        "ბაგრატის ტაძარი",
        None,
        (
            Addition("label", "ka", "ბაგრატის ტაძარი"),
            Addition("statement", "P17", "Georgia"),
            Addition("statement", "P625", "42.2774, 42.7043"),
        ),
    ),
    EditExample(
        "Chan Chan", "Q5066", (Addition("reference", "P757", ""), Addition("alias", "es", "Chanchán"))
    ),
)


def _points(id: str, points: list[tuple[float, float]], endangered: int) -> list[dict[str, object]]:
    return [
        {
            "dataset": id,
            "lat": lat,
            "lon": lon,
            "endangered": number < endangered,
            "level": "at_risk" if number < endangered else "unknown",
        }
        for number, (lat, lon) in enumerate(points)
    ]


def report() -> PriorityReport:
    world = dataset("world_whc", "World Heritage List", 118, 41)
    georgia = dataset("ge_monuments", "საქართველოს ძეგლების რეესტრი (Georgian register of monuments)", 92, 5)
    germany = dataset("de_libraries", "German libraries (ISIL)", 76, 0, licence="CC-BY-4.0")
    waiver = Gate(
        "licence", False, "NEEDS_WAIVER", "ask the publisher for a written permission that covers Wikidata"
    )
    ranked = [
        proposal(world, 4, "identifiers", Scope.AT_RISK),
        proposal(georgia, 6, "new_items", Scope.ALL),
        proposal(world, 9, "designation", Scope.ALL),
        proposal(georgia, 3, "place", Scope.AT_RISK),
    ]
    steadiness = [("robust in", 0.97), ("robust in", 0.88), ("contested", 0.52), ("robust out", 0.11)]
    views = {view.figures.dataset: view for view in (world, georgia, germany)}
    places = _points(
        "world_whc", [(-50 + (i * 37) % 120, -120 + (i * 53) % 270) for i in range(110)], 38
    ) + _points("ge_monuments", [(41.3 + (i * 7 % 20) / 10, 41.8 + (i * 13 % 44) / 10) for i in range(88)], 5)
    places += _points(
        "de_libraries", [(47.6 + (i * 11 % 70) / 10, 6.5 + (i * 17 % 80) / 10) for i in range(76)], 0
    )
    return PriorityReport(
        title="Heritage at risk: what to document next",
        made_at=MADE_AT,
        sample=True,
        ranked=tuple(
            ProposalView(
                p,
                Ranked(
                    p,
                    rank,
                    round(0.78 - 0.11 * rank, 4),
                    {
                        "urgency": 0.24 - 0.03 * rank,
                        "relevance": 0.18 - 0.02 * rank,
                        "equity": 0.21 - 0.04 * rank,
                        "readiness": 0.15 - 0.02 * rank,
                    },
                    chosen,
                    word,
                ),
                views[p.dataset],
                EXAMPLES,
            )
            for rank, (p, (word, chosen)) in enumerate(zip(ranked, steadiness, strict=True), start=1)
        ),
        decided=2,
        gated=tuple(
            ProposalView(proposal(germany, n, kind, Scope.ALL, waiver), None, germany, EXAMPLES[:1])
            for n, kind in ((5, "identifiers"), (2, "names"))
        ),
        together=Together(edits=131, new_items=11, minutes=15.0),
        datasets=(germany, georgia, world),
        countries=(
            CountryCount("Q889", 12, 9, 11),
            CountryCount("Q230", 94, 7, 90),
            CountryCount("Q183", 80, 0, 80),
            CountryCount(None, 2, 0, 0),
        ),
        places=pa.Table.from_pylist(places, schema=PLACES),
    )


def asked() -> PriorityReport:
    """The same report with a round that will open on it."""
    base = report()
    parts = (Part.CONSENT, Part.CONSENT, Part.BALLOT, Part.LATER)
    ratify = _ratification(len(base.ranked) + 1)
    ask = Ask(
        body="Body of the tests",
        version="tests",
        opens_at=MADE_AT + timedelta(days=3),
        voting=timedelta(days=7),
        seats=7,
        quorum=5,
        votes_least=3,
        majority="2/3",
        budget_hours=120,
        remind_days=2,
        confirm_days=3,
        appeal_days=14,
        review_months=12,
        kept_share=0.3,
        parts={
            ratify.proposal.proposal_id: Part.QUESTION,
            **{view.proposal.proposal_id: part for view, part in zip(base.ranked, parts, strict=True)},
        },
    )
    return replace(
        base,
        ask=ask,
        to_be_first={
            "world_whc-identifiers-at_risk": "“Designation of World Heritage List” would be first if equity "
            "weighed 60% instead of 30%.",
            "world_whc-designation-all": "It would be first if equity weighed 60% instead of 30%.",
        },
        uncounted=("Synagogues in Georgia: no register or count of them is known.",),
        weighed=Weighed({"urgency": 0.4, "relevance": 0.125, "equity": 0.3, "readiness": 0.175}, 7),
        questions=(ratify,),
    )


def _ratification(number: int) -> Ranked:
    asked = Proposal.question(
        "ratification-4",
        dataset="world_whc",
        snapshot="s",
        title="Ratify the emergency decision 4: World Heritage List: identifiers",
        kind="ratification",
        content_hash="c",
        gate="ratification",
        answer="asked of the whole body",
        reasons=("Approved as an emergency on 2026-11-19.", "Without it, it lapses."),
        supersedes=4,
    )
    return Ranked(asked, number, 0.0, {}, 0.5, "contested")


HOSTILE = '<script>alert("x")</script><img src=x onerror=alert(1)>\u202egnp.exe\x00 مسجد الجمعة ' + "W" * 5000


def hostile_report() -> PriorityReport:
    """The same report with every text from a register turned hostile."""
    base = report()

    def spoil(view: DatasetView) -> DatasetView:
        return replace(
            view,
            title=HOSTILE,
            description=HOSTILE,
            publisher=HOSTILE,
            licence=HOSTILE,
            ethics_note=HOSTILE,
            ethics=EthicsView((HOSTILE,), "kind", "Wikidata", (ShareBar(HOSTILE, 0.5, 0.5),)),
            country=(Answered(HOSTILE, HOSTILE, True, "javascript:alert(1)"),),
            licence_evidence="javascript:alert(1)",
            source="javascript:alert(1)",
            engagement=(Fact(HOSTILE, "javascript:alert(1)"),),
            endangered=tuple(
                replace(r, name=HOSTILE, explanation=HOSTILE, url="javascript:alert(1)")
                for r in view.endangered
            ),
            risk=replace(view.risk, causes=((HOSTILE, 3),)) if view.risk else None,
            findings=tuple(
                replace(line, examples=(FindingExample(HOSTILE, None, HOSTILE, HOSTILE),))
                for line in view.findings
            ),
        )

    def spoiled(view: ProposalView) -> ProposalView:
        gates = tuple(replace(g, answer=HOSTILE, missing_step=HOSTILE) for g in view.proposal.gates)
        p = replace(view.proposal, title=HOSTILE, gates=gates, reasons=(HOSTILE,))
        examples = tuple(
            replace(
                e,
                name=HOSTILE,
                additions=tuple(replace(a, value=HOSTILE, property=HOSTILE) for a in e.additions),
            )
            for e in view.examples
        )
        ranked = replace(view.ranked, proposal=p) if view.ranked else None
        return replace(view, proposal=p, ranked=ranked, dataset=spoil(view.dataset), examples=examples)

    return replace(
        base,
        title=HOSTILE,
        ranked=tuple(map(spoiled, base.ranked)),
        gated=tuple(map(spoiled, base.gated)),
        datasets=tuple(map(spoil, base.datasets)),
        countries=(CountryCount(HOSTILE, 1, 1, 1),),
    )

"""The licence gate, bound to the vocabulary, the permissions and the stores that the settings name."""

from datetime import date

from heritage.adapters.clock import SystemClock
from heritage.adapters.vocabularies import YamlVocabularies
from heritage.licence.gate import Facts, GateAnswer, answer, openings
from heritage.licence.permission import Target
from heritage.model.edit import Kind
from heritage.ports.reports import LicenceLine
from heritage.spec.loader import LoadedSource, LoadedSpec
from heritage.steps.judge_licence import LicenceRules, facts_now, judge
from heritage.steps.permissions import in_force
from heritage.wiring.settings import Settings
from heritage.wiring.stores import decision_store, journal, letter_archive, permission_store, snapshot_store
from heritage.wiring.terms import governance_settings


def licence_rules(settings: Settings) -> LicenceRules:
    """The table of licences, and the permissions in force."""
    licences = YamlVocabularies(settings.vocabularies).licences()
    found = in_force(
        records=permission_store(settings),
        decisions=decision_store(settings),
        letters=letter_archive(settings),
        settings=governance_settings(settings),
        clock=SystemClock(),
    )
    return LicenceRules(licences, tuple(found))


def licence_openings(
    loaded: LoadedSpec, settings: Settings, rules: LicenceRules | None = None
) -> dict[Kind, GateAnswer]:
    """What the gate answers towards Wikidata now, for each kind of information."""
    rules, facts, today = rules or licence_rules(settings), _facts(loaded, settings), _today()
    return openings(facts, Target.WIKIDATA, rules.licences, rules.permissions, today=today)


def licence_answers(
    loaded: LoadedSource, settings: Settings, rules: LicenceRules | None = None
) -> dict[Target, GateAnswer]:
    """What the gate answers now towards every target; nothing is written down."""
    rules, facts, today = rules or licence_rules(settings), _facts(loaded, settings), _today()
    return {
        target: answer(facts, target, rules.licences, rules.permissions, today=today) for target in Target
    }


def licence_lines(loaded: LoadedSource, settings: Settings, rules: LicenceRules) -> list[LicenceLine]:
    """The same for people."""
    return [
        LicenceLine(
            target.value,
            found.answer.value,
            found.reason,
            found.permission.hash if found.permission else "",
        )
        for target, found in licence_answers(loaded, settings, rules).items()
    ]


def judge_licence(loaded: LoadedSource, settings: Settings, rules: LicenceRules | None = None) -> None:
    """Asks the gate about the last good version of a dataset and keeps the answers.

    See `steps.judge_licence`. A dataset without a good version has nothing that could go out.
    """
    store = snapshot_store(settings)
    snapshot = store.last_good(loaded.spec.id)
    if snapshot is None:
        return
    judge(
        loaded,
        snapshot,
        rules=rules or licence_rules(settings),
        store=store,
        records=permission_store(settings),
        journal=journal(settings),
        clock=SystemClock(),
    )


def _facts(loaded: LoadedSource, settings: Settings) -> Facts:
    return facts_now(loaded.spec, snapshot_store(settings))


def _today() -> date:
    return SystemClock().now().date()

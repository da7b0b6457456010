"""Reviews bound to the stores and descriptions that the settings name."""

import csv
import io
import logging
import secrets
from pathlib import Path

from heritage.adapters.clock import SystemClock
from heritage.adapters.known_answers import read_known
from heritage.adapters.vocabularies import YamlVocabularies
from heritage.errors import SpecError
from heritage.model.review import NONE_OF_THESE, ReviewKind, Verdict
from heritage.model.tables import TO_RECONCILE
from heritage.review.settings import ReviewSettings
from heritage.spec.campaign import Campaign
from heritage.spec.campaigns import load_campaigns
from heritage.spec.loader import LoadedSpec, load_specs
from heritage.spec.yaml_model import read_model
from heritage.steps.review_answer import Reviews
from heritage.steps.review_asked import record_marks
from heritage.steps.review_health import LookedAfter, look_after
from heritage.steps.review_make import Made, make_tasks
from heritage.steps.risk_sites import RegisterRisk, read_register
from heritage.wiring.settings import Settings
from heritage.wiring.stores import review_store, snapshot_store

_log = logging.getLogger(__name__)
_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def campaigns(settings: Settings) -> dict[str, Campaign]:
    """All campaigns that can be used, by id; what is wrong with others goes to the log."""
    found, failures = load_campaigns(settings.campaigns_folder)
    for failure in failures:
        _log.error("A campaign is left out: %s", failure)
    return {one.id: one for one in found}


def check_campaigns(settings: Settings) -> tuple[list[str], list[str]]:
    """The ids of the campaigns that can be used, and what is wrong with the others, in words."""
    specs, _ = load_specs(settings.datasets)
    found, failures = load_campaigns(settings.campaigns_folder, [one.spec.id for one in specs])
    faults = [str(failure) for failure in failures]
    for one in found:
        try:
            known_answers(settings, one.id)
        except SpecError as wrong:
            faults.append(str(wrong))
    return [one.id for one in found], faults


def review_settings(settings: Settings) -> ReviewSettings:
    """The numbers in force. Raises SpecError naming the key that is wrong."""
    return read_model(settings.vocabularies / "reviews.yaml", ReviewSettings)


def reviews(settings: Settings) -> Reviews:
    """What every step on reviews works with, now."""
    return Reviews(
        review_store(settings),
        campaigns(settings),
        review_settings(settings),
        SystemClock().now(),
        draw_pseudonym,
    )


def draw_pseudonym() -> str:
    """Random, so that it tells nothing of the person."""
    return f"R-{''.join(secrets.choice(_LETTERS) for _ in range(8))}"


def make_review_tasks(settings: Settings, campaign: str = "", dataset: str = "") -> list[Made]:
    """Makes the tasks of all running campaigns, or of one, of all their registers, or of one; what was asked
    on data that changed goes stale. Raises SpecError for a campaign or a register that there is not."""
    bound = _bound(settings, campaign)
    made = []
    specs, _ = load_specs(settings.datasets)
    if dataset and dataset not in {one.spec.id for one in specs}:
        raise SpecError(f"there is no register {dataset!r}; `heritage catalogue` lists those that there are")
    for one in bound.campaigns.values():
        if campaign in ("", one.id) and one.closes > bound.now.date():
            for loaded in specs:
                if covers(one, loaded) and dataset in ("", loaded.spec.id):
                    made += _make(one, loaded, settings, bound)
    return made


def look_after_campaigns(settings: Settings, campaign: str = "") -> list[LookedAfter]:
    """Counts agreement, patterns and outcomes of all running campaigns, or of one, anew. Raises SpecError for
    a campaign that there is not."""
    bound = _bound(settings, campaign)
    running = [one for one in bound.campaigns.values() if one.closes > bound.now.date()]
    return [look_after(one, bound) for one in running if campaign in ("", one.id)]


def write_labels(settings: Settings, dataset: str, out: Path) -> int:
    """Writes the items that people settled of a register's records as `id,qid`, `qid` empty for none; says
    how many. Of several tasks about a record the newest counts."""
    accepted = review_store(settings).tasks(dataset=dataset, verdicts=[Verdict.ACCEPTED], gold=False)
    matches = [one for one in accepted if one.task.kind is ReviewKind.MATCH]
    matches.sort(key=lambda one: (one.task.made_at, one.task.task_id))
    settled = {one.task.record_id: one for one in matches}
    lines = io.StringIO(newline="")
    writer = csv.writer(lines, lineterminator="\n")
    writer.writerow(("id", "qid"))
    for record_id, one in sorted(settled.items()):
        writer.writerow((record_id, "" if one.outcome.choice == NONE_OF_THESE else one.outcome.choice))
    out.write_text(lines.getvalue(), encoding="utf-8")
    review_store(settings).use([one.task.task_id for one in settled.values()], "labels", SystemClock().now())
    return len(settled)


def decided_anew(settings: Settings) -> list[dict[str, str]]:
    """Dataset and snapshot of the registers of which people settled matches that no reconciliation used."""
    files = snapshot_store(settings)
    good = {one: files.last_good(one) for one in review_store(settings).unused(ReviewKind.MATCH, "reconcile")}
    return [{"dataset": one, "snapshot": snapshot} for one, snapshot in good.items() if snapshot]


def covers(campaign: Campaign, loaded: LoadedSpec) -> bool:
    """Whether a campaign is about records of a register."""
    spec = loaded.spec
    if campaign.datasets:
        return spec.id in campaign.datasets
    return spec.proposes and (spec.item.country is None or spec.item.country in campaign.countries)


def known_answers(settings: Settings, campaign: str) -> dict[str, dict[str, str]]:
    """What stands in `<campaign>.csv` beside its description: dataset to record id to choice. Raises
    SpecError naming the line that is wrong."""
    return read_known(settings.campaigns_folder / f"{campaign}.csv")


def record_mark(settings: Settings, dataset: str, record_id: str) -> str:
    """A digest of what is known of a record today; empty where there is none."""
    store = snapshot_store(settings)
    snapshot = store.last_good(dataset)
    if snapshot is None:
        return ""
    records = store.read_table(dataset, snapshot, "records", columns=TO_RECONCILE)
    return record_marks(records, [record_id]).get(record_id, "")


def _bound(settings: Settings, campaign: str) -> Reviews:
    bound = reviews(settings)
    if campaign and campaign not in bound.campaigns:
        raise SpecError(f"there is no campaign {campaign!r} in {settings.campaigns_folder}")
    return bound


def _make(campaign: Campaign, loaded: LoadedSpec, settings: Settings, bound: Reviews) -> list[Made]:
    from heritage.adapters.wikidata.index import FileItemIndex

    register = _register(loaded, settings)
    if register is None:
        level = logging.WARNING if campaign.datasets else logging.DEBUG  # it names the register, or a country
        _log.log(level, "%s: %s was not flagged yet, so nothing is asked of it.", campaign.id, loaded.spec.id)
        return []
    try:
        made = make_tasks(
            campaign,
            register,
            bound,
            files=snapshot_store(settings),
            index=FileItemIndex(settings.data_url),
            rules=YamlVocabularies(settings.vocabularies).disclosure(),
            gold=known_answers(settings, campaign.id).get(loaded.spec.id, {}),
        )
    except FileNotFoundError as missing:
        told = (campaign.id, loaded.spec.id, loaded.spec.id, Path(str(missing)).name)
        _log.warning("%s: nothing is asked of %s before `heritage run %s`: there is no %s.", *told)
        return []
    return [made]


def _register(loaded: LoadedSpec, settings: Settings) -> RegisterRisk | None:
    store = snapshot_store(settings)
    snapshot = store.last_good(loaded.spec.id)
    if snapshot is None:
        return None
    rules = YamlVocabularies(settings.vocabularies).disclosure()
    try:
        return read_register(
            loaded.spec, snapshot, store=store, rules=rules, today=SystemClock().now().date()
        )
    except FileNotFoundError:
        return None

"""Settled reviews as files for partners, from the campaigns and stores that the settings name."""

from collections.abc import Iterable
from functools import partial
from pathlib import Path
from tempfile import NamedTemporaryFile

from heritage.adapters.clock import SystemClock
from heritage.adapters.vocabularies import YamlVocabularies
from heritage.errors import SpecError
from heritage.licence.permission import Target
from heritage.ports.review_exports import Handed, ReviewForm, ReviewWriter, ToldRecord
from heritage.spec.dataset import DatasetSpec
from heritage.spec.loader import find_spec
from heritage.steps.review_export import ReviewsExported, export_reviews
from heritage.steps.review_found import Asked
from heritage.steps.review_fresh import Freshness
from heritage.wiring.leaving import leaves_towards
from heritage.wiring.licences import licence_rules
from heritage.wiring.reviews import campaigns
from heritage.wiring.settings import Settings
from heritage.wiring.stores import settled_reviews, snapshot_store

_PROVIDER = "Heritage Guard"


def export_campaign(
    settings: Settings,
    campaign: str,
    form: ReviewForm,
    out: Path,
    *,
    address: str,
    target: Target = Target.EUROPEANA,
    rejected: bool = False,
    creators: bool = False,
) -> ReviewsExported:
    """Writes what people of a campaign agree on into a file, which is whole or not there.

    `address` is where it will be published; `target` is whom the licence gate is asked about: EDM goes to
    Europeana and nowhere else. Raises SpecError for a campaign that there is not, and for another target of
    EDM, and DecisionStale where rulings on disclosure are older than the rules.
    """
    known = campaigns(settings)
    if campaign not in known:
        raise SpecError(f"there is no campaign {campaign!r} in {settings.campaigns_folder}")
    if form is ReviewForm.EDM and target is not Target.EUROPEANA:
        raise SpecError("EDM is for Europeana: leave --target out")
    from heritage.adapters.wikidata.index import FileItemIndex

    rules, rulings = licence_rules(settings), YamlVocabularies(settings.vocabularies).disclosure()
    label = next(iter(known[campaign].title.values()))
    with NamedTemporaryFile(dir=out.parent, prefix=f".{out.name}.", delete=False) as unfinished:
        path = Path(unfinished.name)
    try:
        exported = export_reviews(
            settled_reviews(settings).settled(campaign),
            spec_of=partial(_spec, settings),
            store=snapshot_store(settings),
            fresh=Freshness(FileItemIndex(settings.data_url)),
            leaves=leaves_towards(target, settings, rules),
            basis=rulings.digest,
            asked=Asked(rulings.reporters, SystemClock().now().date(), rejected, creators),
            write=_writer(form, path, f"{address}/{campaign}", known[campaign].title.get("en", label)),
        )
        if exported.annotations:
            path.chmod(0o644)
            path.replace(out)
    finally:
        path.unlink(missing_ok=True)
    return exported


def _spec(settings: Settings, dataset: str) -> DatasetSpec | None:
    found = find_spec(settings.datasets, dataset)
    return found.spec if found else None


def _writer(form: ReviewForm, path: Path, address: str, label: str) -> ReviewWriter:
    from heritage.adapters.exports.edm import edm
    from heritage.adapters.exports.web_annotation import Collection, web_annotations

    if form is ReviewForm.EDM:

        def write_edm(records: Iterable[ToldRecord]) -> Handed:
            with path.open("wb") as out:
                return edm(records, out, address, _PROVIDER)

        return write_edm

    def write_annotations(records: Iterable[ToldRecord]) -> Handed:
        with path.open("w", encoding="utf-8", newline="\n") as out:
            return web_annotations(records, out, Collection(address, label))

    return write_annotations

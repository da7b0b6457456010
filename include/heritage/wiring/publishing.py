"""Open data from the stores and descriptions that the settings name."""

from pathlib import Path
from urllib.parse import urlsplit

from heritage.adapters.exports.published import PublishedFolder
from heritage.adapters.vocabularies import YamlVocabularies
from heritage.errors import HeritageError
from heritage.licence.permission import Target
from heritage.model.masking import masked
from heritage.spec.loader import load_specs
from heritage.steps.publish import Published, publish
from heritage.wiring.leaving import leaves_towards
from heritage.wiring.licences import licence_rules
from heritage.wiring.pipeline import load_dataset
from heritage.wiring.settings import Settings
from heritage.wiring.stores import snapshot_store


def publish_snapshot(settings: Settings, dataset: str, to: str = "", address: str = "") -> Published:
    """Publishes the good snapshot of a register in a folder or bucket, that of the settings by default;
    `address` is where people find it. See `steps.publish` for what is raised; HeritageError when nobody says
    where to."""
    place = to or settings.published_url
    if not place:
        raise HeritageError("say where to: --to FOLDER or URL, or set HERITAGE_PUBLISHED_URL")
    if _same(place, settings.data_url):
        raise HeritageError(f"{masked(place)} holds the snapshots themselves: publish in another place")
    found = address or settings.published_address or place
    if urlsplit(found).scheme not in ("http", "https"):
        found = "https://example.org/heritage-guard/published"
    try:
        publisher = PublishedFolder(place, found)
    except (ValueError, ImportError) as error:
        raise HeritageError(f"{masked(place)} cannot be opened: {error}") from None
    return publish(
        load_dataset(dataset, settings),
        store=snapshot_store(settings),
        leaves=leaves_towards(Target.EXPORT, settings, licence_rules(settings)),
        basis=YamlVocabularies(settings.vocabularies).disclosure().digest,
        publisher=publisher,
    )


def publishable_datasets(settings: Settings) -> list[str]:
    """Ids of the registers with records of their own and a good snapshot."""
    store = snapshot_store(settings)
    specs = [one.spec for one in load_specs(settings.datasets)[0]]
    return [spec.id for spec in specs if spec.proposes and store.last_good(spec.id)]


def _same(place: str, other: str) -> bool:
    """Whether two URLs of folders or buckets lead to the same place."""
    both = (Path(one).absolute() if "://" not in one else one.rstrip("/") for one in (place, other))
    return len({str(one).removeprefix("file://") for one in both}) == 1

"""Files for others: lists for Wiki Loves Monuments, and remarks for the owner of a register."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from heritage.adapters.clock import SystemClock
from heritage.adapters.exports.feedback import feedback_files
from heritage.adapters.exports.wlm import wlm_files
from heritage.adapters.vocabularies import YamlVocabularies
from heritage.adapters.wikidata.index import FileItemIndex
from heritage.errors import SpecError
from heritage.licence.permission import Target
from heritage.model.arrow import pc
from heritage.ports.feedback import Feedback
from heritage.ports.wlm import Illustrated, Pictures, SiteList
from heritage.spec.loader import LoadedSpec, find_spec
from heritage.spec.wlm import list_of, load_lists
from heritage.statements.pictures import pictures_of
from heritage.steps.feedback import feedback
from heritage.steps.wlm import site_list
from heritage.wiring.leaving import leaves_towards
from heritage.wiring.licences import licence_rules
from heritage.wiring.settings import Settings
from heritage.wiring.stores import snapshot_store
from heritage.wiring.wiki import open_past
from heritage.wiring.wiki_account import WikiAccount

Progress = Callable[[int, int], None] | None


@dataclass(frozen=True, slots=True)
class ListFiles:
    """A list, as files by name. `pictured`: a wiki was asked what items show, not the local index alone."""

    listed: SiteList
    files: Mapping[str, str]
    pictured: bool


def wlm_list(
    settings: Settings,
    dataset: str,
    wanted: str = "",
    account: WikiAccount | None = None,
    progress: Progress = None,
) -> ListFiles:
    """The list of a register; `wanted` is the key of its templates, where its country has several. Raises
    SpecError for an unknown dataset or list, and as `site_list`."""
    loaded, lists = _described(settings, dataset), load_lists(settings.vocabularies / "wlm.yaml")
    key = list_of(lists, loaded.path.parts[-3][:2], wanted)
    listed = site_list(
        loaded.spec,
        store=snapshot_store(settings),
        basis=YamlVocabularies(settings.vocabularies).disclosure().digest,
        leaves=leaves_towards(Target.EXPORT, settings, licence_rules(settings)),
        pictures=_from_wiki(account, settings) if account else _from_index(settings),
        lang=key.partition("_")[2],
        progress=progress,
    )
    return ListFiles(listed, wlm_files(listed, lists[key], key), account is not None)


def feedback_of(
    settings: Settings, dataset: str, account: WikiAccount, progress: Progress = None
) -> tuple[Feedback, Mapping[str, str]]:
    """Remarks on a register, and their files by name. Raises SpecError for an unknown dataset, and as
    `feedback`."""
    told = feedback(
        _described(settings, dataset).spec,
        store=snapshot_store(settings),
        basis=YamlVocabularies(settings.vocabularies).disclosure().digest,
        wiki=open_past(account, settings),
        today=SystemClock().now().date(),
        progress=progress,
    )
    return told, feedback_files(told)


def _described(settings: Settings, dataset: str) -> LoadedSpec:
    loaded = find_spec(settings.datasets, dataset)
    if loaded is None:
        raise SpecError(f"there is no dataset {dataset!r} in {settings.datasets}")
    return loaded


def _from_wiki(account: WikiAccount, settings: Settings) -> Pictures:
    wiki = open_past(account, settings)

    def asked(qids: Sequence[str], lang: str) -> Mapping[str, Illustrated]:
        return {qid: Illustrated(*pictures_of(entity, lang)) for qid, entity in wiki.read(qids).items()}

    return asked


def _from_index(settings: Settings) -> Pictures:
    """The index knows images only."""
    items = FileItemIndex(settings.data_url).items(["qid", "image"])
    items = items.filter(pc.is_valid(items["image"]))
    images = dict(zip(items["qid"].to_pylist(), items["image"].to_pylist(), strict=True))

    def known(qids: Sequence[str], lang: str) -> Mapping[str, Illustrated]:
        del lang
        return {qid: Illustrated(image=str(images[qid])) for qid in qids if qid in images}

    return known

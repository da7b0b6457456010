"""A wiki that batches go to: facts about it, one file each, and what Wikidata's ids are called there."""

from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from heritage.errors import SpecError
from heritage.spec.closed import Closed, Pid, Qid, Url
from heritage.spec.faults import meant
from heritage.spec.hub import Hub
from heritage.spec.yaml_model import read_model

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,19}$")]
Text = Annotated[str, StringConstraints(min_length=1)]


def _one_each(ids: dict[str, str]) -> dict[str, str]:
    """Read back, an id must lead to the one that was meant."""
    seen: dict[str, str] = {}
    for ours, theirs in ids.items():
        if theirs in seen:
            raise ValueError(f"{seen[theirs]} and {ours} are both {theirs} there; each needs one of its own")
        seen[theirs] = ours
    return ids


class Target(Closed):
    """`datasets/_vocabularies/targets/<id>.yaml`; raises SpecError in words for whoever writes one.

    >>> Target(id="own", title="Our wiki", entities="https://wiki.example/entity/", edits_per_minute=60,
    ...        properties={"P31": "P1"}, items="same").properties
    {'P31': 'P1'}
    """

    id: Name
    """The name of the wiki in the upload journal."""
    title: Text
    api: Url | None = None
    """Address of its api.php; a target that may be anywhere, as a sandbox, has it from the connection."""
    entities: Annotated[str, StringConstraints(pattern=r"^https?://\S+/$")]
    """What the addresses of its items begin with (concept base URI)."""
    properties: Literal["same"] | Annotated[dict[Pid, Pid], AfterValidator(_one_each)]
    """Wikidata's property to the wiki's; `same` where they are Wikidata's own."""
    items: Literal["same"] | Annotated[dict[Qid, Qid], AfterValidator(_one_each)]
    """Wikidata's item to the wiki's."""
    calendar: Url = "http://www.wikidata.org/entity/Q1985727"
    """The Gregorian calendar as dates there name it; Wikibase has Wikidata's built in."""
    globe: Url = "http://www.wikidata.org/entity/Q2"
    """The Earth as coordinates there name it."""
    edits_per_minute: Annotated[float, Field(gt=0, allow_inf_nan=False)]
    """What the wiki's people and servers bear of one account, over all processes."""
    bot: bool = False
    """Nothing is written without the bot flag."""
    tags: tuple[Text, ...] = ()
    """Change tags that mark every edit."""
    maxlag: Annotated[int, Field(ge=1, le=60)] = 5
    """Seconds that its servers may lag behind before we wait."""
    settles_after: Annotated[float, Field(gt=0, le=3600)] = 120.0
    """Seconds after which a request whose answer was missed cannot arrive any more: until it was sent, its
    connection, and its server's own patience (60 seconds on Wikimedia's)."""
    edit_groups: str = ""
    """Wikitext at the end of every summary that leads to all edits of a batch; {batch} is its id."""
    items_of: Name | None = None
    """For a wiki with files: the target whose items its files speak of; its own, or those of the wiki that is
    edited, without it."""
    stop_page: str = "User:{user}/stop"
    """Text on this page stops the upload."""
    hub: Hub | None = None
    """For a wiki that keeps account of partnerships: how it is told what was done with whom."""

    @model_validator(mode="after")
    def _says_where(self) -> "Target":
        for key, known in (("edit_groups", "{batch}"), ("stop_page", "{user}")):
            text = getattr(self, key)
            if text.replace(known, "").count("{") or text.replace(known, "").count("}"):
                raise ValueError(f"{key}: only {known} can stand in it, not {text!r}")
        if self.edit_groups and "{batch}" not in self.edit_groups:
            raise ValueError("edit_groups: {batch} must stand in it, else it leads to no batch")
        return self

    @property
    def translates(self) -> bool:
        """Whether anything is called otherwise there than on Wikidata."""
        same = Target.model_fields
        words = (self.calendar, self.globe) != (same["calendar"].default, same["globe"].default)
        return self.properties != "same" or self.items != "same" or words


def load_target(folder: Path, name: str, api: str = "") -> Target:
    """The target of this name; or, where none was given, the one at the address of the api.

    Raises SpecError for an unknown target, for a fault in its file, and when it is at another address: the
    journal would then say of one wiki what was done on another.
    """
    known = {path.stem: path for path in sorted(folder.glob("*.yaml"))}
    if name not in known:
        here = [target for target in map(_read, known.values()) if api and target.api == api]
        if not name and here:
            return here[0]
        raise SpecError(
            f"there is no target {name or api!r}: describe the wiki as targets/<name>.yaml and name it, in "
            "the connection's `target` or on the command line in HERITAGE_WIKI_TARGET; "
            f"{meant(name, list(known))}"
        )
    target = _read(known[name])
    if target.api and api and urlsplit(target.api).netloc != urlsplit(api).netloc:
        raise SpecError(f"target {name!r} is at {target.api}, but the account is one at {api}")
    return target


def _read(path: Path) -> Target:
    target = read_model(path, Target)
    if target.id != path.stem:
        raise SpecError(f"targets/{path.name}: id: {target.id!r} must be the name of the file")
    return target

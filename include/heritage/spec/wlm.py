"""The templates of lists of Wiki Loves Monuments: data under `datasets/_vocabularies`."""

from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints

from heritage.errors import SpecError
from heritage.spec.closed import Closed
from heritage.spec.yaml_model import read_model

Template = Annotated[str, StringConstraints(pattern=r"^[^\[\]{}|#<>\n\t]{1,200}$")]
Parameter = Annotated[str, StringConstraints(pattern=r"^[^\[\]{}|=<>\n\t]{1,100}$")]
LIST = r"[a-z0-9][a-z0-9\-]*_[a-z\-]+"


class ListFields(Closed):
    """The parameter of each fact in a row; one that a template does not have is left out."""

    id: Parameter
    name: Parameter
    municipality: Parameter | None = None
    address: Parameter | None = None
    lat: Parameter
    lon: Parameter
    image: Parameter | None = None
    commonscat: Parameter | None = None


class ListTemplates(Closed):
    """How one list is written."""

    header: Template
    row: Template
    fields: ListFields


class Lists(Closed):
    version: str
    lists: dict[Annotated[str, StringConstraints(pattern=f"^{LIST}$")], ListTemplates] = Field(min_length=1)


def load_lists(path: Path) -> dict[str, ListTemplates]:
    """Every list by its key, `country_language`. Raises SpecError naming the file and the key."""
    return read_model(path, Lists).lists


def list_of(lists: dict[str, ListTemplates], country: str, wanted: str) -> str:
    """The key that is wanted, or the only one of a country (`by`). Raises SpecError with those there are."""
    if wanted in lists:
        return wanted
    own = sorted(key for key in lists if key[:2] == country)
    if not wanted and len(own) == 1:
        return own[0]
    if wanted or not own:
        why = f"there is no list {wanted}" if wanted else f"no list of {country} is described"
        raise SpecError(f"{why} in wlm.yaml; of this country there are: {', '.join(own) or 'none'}")
    raise SpecError(f"{country} has several lists, say which: --list {' or '.join(own)}")

"""What an item says of pictures."""

from collections.abc import Mapping
from typing import Any

from heritage.model.edit import TextValue
from heritage.statements.aftermath import links_of
from heritage.statements.live import DEPRECATED, LiveStatement, parse_entity
from heritage.statements.properties import IMAGE

CATEGORY = "P373"


def pictures_of(entity: Mapping[str, Any], lang: str) -> tuple[str, str, str]:
    """Image and category on Commons, without their namespace, and the title of the article in a language.

    The category is what the item states, or else what it is linked with.
    """
    live, links = parse_entity(entity), links_of(entity)
    namespace, _, linked = links.get("commonswiki", "").partition(":")
    category = _first(live.statements, CATEGORY) or (linked if namespace == "Category" else "")
    return _first(live.statements, IMAGE), category, links.get(_site(lang), "")


def _first(statements: tuple[LiveStatement, ...], property: str) -> str:
    """The preferred value, or else the first."""
    found = [s for s in statements if s.property == property and s.rank != DEPRECATED]
    found.sort(key=lambda statement: statement.rank != "preferred")
    texts = (s.value.text for s in found if isinstance(s.value, TextValue))
    return next(texts, "")


def _site(lang: str) -> str:
    return {"be-tarask": "be_x_oldwiki"}.get(lang, f"{lang.replace('-', '_')}wiki")

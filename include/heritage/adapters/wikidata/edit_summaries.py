"""What the summary of an edit tells: Wikibase itself begins it, with what was done.

Source: Wikibase, docs/topics/summaries.md.
"""

import re
from collections.abc import Collection
from typing import Any

_WORDS_ALONE = re.compile(
    r"/\* (?:wbset(?:label|description|aliases|labeldescriptionaliases|sitelink)|clientsitelink"
    r"|wbeditentity-update-languages)(?:-(?!and-other)[a-z-]+)?:"
)
"""Labels, descriptions, aliases, links to pages."""
_STATEMENTS = re.compile(
    r"/\* wb(?:setclaim|createclaim|setclaimvalue|removeclaims|setqualifier|removequalifiers|setreference"
    r"|removereferences)(?:-[a-z-]+)?:.*?\*/(.*)"
)
_PROPERTY = re.compile(r"\[\[Property:(P\d+)\]\]")
_CUT = "..."


def may_bring_in(change: Any, telling: Collection[str]) -> bool:
    """Whether an item that was out of the index may belong in it since one of the recent changes.

    No for an edit of words, or of statements of other properties than the `telling` ones; yes for whatever
    does not say that it is one of these.
    """
    said = change.get("comment")
    if change.get("type") != "edit" or not isinstance(said, str):
        return True
    if _WORDS_ALONE.match(said):
        return False
    of = _STATEMENTS.match(said)
    named = _PROPERTY.findall(of[1]) if of else []
    return not named or said.endswith(_CUT) or not set(telling).isdisjoint(named)

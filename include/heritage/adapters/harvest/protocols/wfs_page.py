"""How an answer of a Web Feature Service is understood while it is pulled."""

import re
from typing import Any, NamedTuple

from lxml import etree

from heritage.adapters.harvest.answer import Answer
from heritage.adapters.harvest.formats.elements import parse
from heritage.adapters.harvest.formats.wfs_answer import exception, identity, members
from heritage.adapters.harvest.protocols.pages import at, listed, mapping, row_keys, whole
from heritage.adapters.harvest.session import Session
from heritage.errors import SourceUnavailable
from heritage.spec.source import SourceSpec

_MADE_UP = ".fid-"  # GeoServer names features without a key anew in every answer
_GML_ID = re.compile(r'\s(gml:id|fid)="[^"]*"')


class FeaturePage(NamedTuple):
    """Features with what tells them apart; the service's counts, None where it gives none."""

    rows: list[Any]
    keys: list[str] | set[str]
    matched: int | None
    returned: int | None


def xml(spec: SourceSpec, session: Session, answer: Answer) -> etree._Element:
    """The root of an answer in XML. Raises for an exception report, whatever its status was."""
    root = parse(spec, answer.file())
    said = exception(root)
    if said is None:
        return root
    code, words = said
    if code == "OperationProcessingFailed":
        raise SourceUnavailable(f"{session.dataset}: {answer.url}: the service says {code}: {words}")
    raise session.changed(answer.url, f"the service says {code}: {words}")


def features(spec: SourceSpec, session: Session, answer: Answer) -> FeaturePage:
    """A page, GeoJSON or GML. Ids that the description does not read are no part of what it says: a service
    may make up others for every answer."""
    reads_ids = "feature.id" in spec.accounted_columns() and spec.reads("feature.id")
    if answer.content.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{"):
        content = mapping(session, answer)
        rows = listed(content.get("features"))
        if rows is None:
            raise session.changed(answer.url, f"the answer holds no features: {str(content)[:200]!r}")
        ids = [at(row, "id") for row in rows]
        if not reads_ids:
            rows = [{**row, "id": None} if isinstance(row, dict) else row for row in rows]
        matched = content.get("numberMatched", content.get("totalFeatures"))
        return FeaturePage(rows, _keys(ids, rows), whole(matched), whole(content.get("numberReturned")))
    root = xml(spec, session, answer)
    found = members(root)
    if found is None:
        raise session.changed(answer.url, "the answer is XML, but no collection of features")
    try:
        rows = [etree.tostring(one, method="c14n", with_tail=False).decode() for one in found]
    except etree.C14NError:  # as of a namespace that is no whole address
        raise session.changed(answer.url, "its features have no canonical form in XML") from None
    if not reads_ids:
        rows = [_GML_ID.sub("", text) for text in rows]
    keys = _keys([identity(one) for one in found], rows)
    return FeaturePage(rows, keys, whole(root.get("numberMatched")), whole(root.get("numberReturned")))


def _keys(ids: list[Any], rows: list[Any]) -> list[str] | set[str]:
    told = [str(one) for one in ids if one is not None]
    if len(told) < len(ids) or any(_MADE_UP in one for one in told):
        return row_keys(rows)
    return told

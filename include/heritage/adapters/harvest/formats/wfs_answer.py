"""What a Web Feature Service answers in XML: what it can do, features, or an exception report."""

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from heritage.adapters.harvest.formats.elements import name_of

_HOLDERS = ("member", "featureMember", "featureMembers")
_ID = ("{http://www.opengis.net/gml/3.2}id", "{http://www.opengis.net/gml}id", "fid")


@dataclass(frozen=True, slots=True)
class FeatureType:
    """A layer, with the notations of its CRS (the default one first) and the formats that it alone has."""

    name: str
    crs: list[str]
    formats: list[str]


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a service says of itself. `limits` are its constraints: CountDefault, ImplementsSorting, …"""

    version: str
    types: list[FeatureType]
    formats: list[str]
    limits: dict[str, str]


def capabilities(root: etree._Element) -> Capabilities | None:
    """The answer to GetCapabilities; None for any other answer."""
    if local(root) != "WFS_Capabilities":
        return None
    types = [
        FeatureType(
            next(iter(_texts(one, "Name")), ""),
            [*_texts(one, "DefaultCRS", "DefaultSRS"), *_texts(one, "OtherCRS", "OtherSRS")],
            _texts(one, "Format"),
        )
        for one in named(root, "FeatureType")
    ]
    formats = [
        text
        for operation in named(root, "Operation")
        for parameter in named(operation, "Parameter")
        if operation.get("name") == "GetFeature" and parameter.get("name") == "outputFormat"
        for text in _texts(parameter, "Value")
    ]
    limits = {
        str(one.get("name")): text
        for one in named(root, "Constraint")
        for text in _texts(one, "DefaultValue")
    }
    return Capabilities(str(root.get("version", "")), types, formats, limits)


def members(root: etree._Element) -> list[etree._Element] | None:
    """The features of a collection, in their order; None for any other answer."""
    if local(root) != "FeatureCollection":
        return None
    return [
        feature
        for holder in root.iterchildren(etree.Element)
        if local(holder) in _HOLDERS
        for feature in holder.iterchildren(etree.Element)
    ]


def identity(feature: etree._Element) -> str | None:
    """The id that the service gives a feature; None when it gives none."""
    return next((str(feature.get(name)) for name in _ID if feature.get(name)), None)


def exception(root: etree._Element) -> tuple[str, str] | None:
    """Code and words of an exception report, which comes with any status; None for any other answer."""
    if local(root) not in ("ExceptionReport", "ServiceExceptionReport"):
        return None
    first = next(named(root, "Exception", "ServiceException"), root)
    code = first.get("exceptionCode") or first.get("code") or "an exception"
    return str(code)[:80], " ".join(" ".join(map(str, root.itertext())).split())[:300]


def properties(root: etree._Element) -> set[str]:
    """The names of the properties that an answer to DescribeFeatureType describes."""
    return {str(one.get("name")) for one in named(root, "element")}


def named(root: etree._Element, *names: str) -> Iterator[etree._Element]:
    """All elements of these local names, at any depth."""
    return (element for element in root.iter(etree.Element) if local(element) in names)


def local(element: etree._Element) -> str:
    """The name of an element without its namespace."""
    return name_of(element.tag).local


def _texts(root: etree._Element, *names: str) -> list[str]:
    return [str(element.text).strip() for element in named(root, *names) if element.text]

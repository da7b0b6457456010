"""What an RDF/XML document says of each of its nodes, in the order in which it says it.

Read by lxml, since a library for RDF takes some thirty times as long and forgets the order. Left out is what
no register writes: `rdf:li`, collections, reified statements, and `xml:base`.
Source: RDF 1.1 XML Syntax, W3C Recommendation 25 February 2014.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any, NamedTuple

from lxml import etree

from heritage.adapters.harvest.formats.elements import name_of

Element = Any
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_XML = "{http://www.w3.org/XML/1998/namespace}"


class Node(NamedTuple):
    """A resource by its address, or a blank node by a name of this document that begins with `_:`."""

    name: str

    @property
    def is_blank(self) -> bool:
        return self.name.startswith("_:")


class Said(NamedTuple):
    """A property, by its local name, and a value: a text, another node, or a piece of XML."""

    name: str
    value: "str | Node | Element"


class Statements:
    """The statements of a document, by node. `types` are the classes of each."""

    def __init__(self, rdf: Element) -> None:
        self.of: dict[Node, list[Said]] = defaultdict(list)
        self.types: dict[Node, set[str]] = defaultdict(set)
        self._blank = 0
        for element in rdf.iterchildren(etree.Element):
            self._node(element)

    def nodes(self, type_: str) -> list[Node]:
        """The nodes of a class."""
        return [node for node, types in self.types.items() if type_ in types]

    def _node(self, element: Element) -> Node:
        named = element.get(f"{_RDF}about")
        node = Node(named) if named is not None else self._of_name(element.get(f"{_RDF}nodeID"))
        if element.tag != f"{_RDF}Description":
            self.types[node].add(_address(element.tag))
        self._say(node, element)
        return node

    def _say(self, node: Node, element: Element) -> None:
        for name, text in element.attrib.items():
            if not name.startswith((_RDF, _XML)):
                self.of[node].append(Said(name_of(name).local, str(text)))
        for child in element.iterchildren(etree.Element):
            value = self._value(child)
            if child.tag == f"{_RDF}type" and isinstance(value, Node):
                self.types[node].add(value.name)
            else:
                self.of[node].append(Said(name_of(child.tag).local, value))

    def _value(self, element: Element) -> "str | Node | Element":
        resource, blank = element.get(f"{_RDF}resource"), element.get(f"{_RDF}nodeID")
        if resource is not None:
            return Node(resource)
        if blank is not None:
            return self._of_name(blank)
        kind = element.get(f"{_RDF}parseType")
        if kind == "Literal":
            return element
        if kind == "Resource":
            node = self._of_name(None)
            self._say(node, element)
            return node
        inner: Iterator[Element] = element.iterchildren(etree.Element)
        first = next(inner, None)
        return (element.text or "").strip() if first is None else self._node(first)

    def _of_name(self, name: str | None) -> Node:
        self._blank += 1
        return Node(f"_:{name}" if name is not None else f"_: {self._blank}")


def _address(tag: str) -> str:
    return "".join(name_of(tag))

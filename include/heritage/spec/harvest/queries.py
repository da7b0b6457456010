"""What libraries, aggregators and Wikipedias answer when they are asked for records."""

import re
from typing import Annotated, ClassVar, Literal

from pydantic import Field, field_validator

from heritage.spec.harvest.published import Published, Text


class OaiPmh(Published):
    """An OAI-PMH repository; a row is a record that is not deleted.

    Columns are `header/identifier`, `header/datestamp`, `header/setSpec`, and the elements of the metadata
    below its root as in the protocol `xml`: `title`, `title[2]`, `title[@lang=en]`.
    """

    protocol: Literal["oaipmh"]
    prefix: Text
    set: Text | None = None
    format: ClassVar[str] = "oaipmh"


_PROLOGUE = re.compile(r"(?:\s|#[^\n]*|PREFIX\s+[^\s:]*:\s*<[^>\s]*>|BASE\s+<[^>\s]*>)*", re.IGNORECASE)


class Sparql(Published):
    """A SPARQL endpoint; `query` selects one row a record, paged by the variable of `record.id`.

    Columns are its variables. A text with a language stands at `name`, and at `name@en` where the
    description reads that. The query is taken into another one, which counts, orders and limits it.
    """

    protocol: Literal["sparql"]
    query: Text
    page: Annotated[int, Field(ge=1, le=100_000)] = 5000
    format: ClassVar[str] = "sparql"

    @field_validator("query")
    @classmethod
    def _selects(cls, value: str) -> str:
        select = value[len(_prologue(value)) :]
        if not re.match(r"SELECT\b", select, re.IGNORECASE):
            raise ValueError("it is no SELECT: after PREFIX and BASE the query begins with SELECT")
        if re.search(r"\bFROM\s+(NAMED\s+)?(<|\w*:)", select.partition("{")[0], re.IGNORECASE):
            raise ValueError("FROM cannot stand in a query that is paged: write GRAPH <…> { … } in its WHERE")
        return value

    def parts(self) -> tuple[str, str]:
        """The declarations of the query, and its SELECT."""
        prologue = _prologue(self.query)
        return prologue, self.query[len(prologue) :]

    def selects(self, variable: str) -> bool:
        """True when the query speaks of this variable."""
        return re.search(rf"[?$]{re.escape(variable)}\b", self.query) is not None


def _prologue(query: str) -> str:
    found = _PROLOGUE.match(query)
    return found[0] if found else ""


class Wikipedia(Published):
    """Monument lists of a Wikipedia: a row is a call of the row template, its columns are the parameters.

    Beside them stand `page`, `page.url` and `page.revision`, and where the description reads them
    `<parameter>.link` (the page that a value links to), `<parameter>.lat` and `.lon` (of a coordinates
    template). With `header`, the template that opens a list, its parameters are `header.<parameter>` of every
    row below. Pages come from the namespaces of content, as the wiki calls them; lists in others (4 are the
    project's own pages) name theirs.
    """

    protocol: Literal["wikipedia"]
    template: Text
    header: Text | None = None
    namespaces: list[Annotated[int, Field(ge=0)]] | None = Field(default=None, min_length=1)
    format: ClassVar[str] = "wikipedia"


class Ksamsok(Published):
    """K-samsök, the aggregator of Swedish heritage: records that answer a CQL query."""

    protocol: Literal["ksamsok"]
    query: Text
    format: ClassVar[str] = "ksamsok"

"""An OAI-PMH repository that gives Dublin Core."""

from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

from publishers.service import Asked, Reply, Service

_BEGIN = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">'
    "<responseDate>2026-11-21T12:00:{second:02}Z</responseDate><request>http://example.org/oai</request>"
)


@dataclass
class OaiPmhRepository(Service):
    """`rows` have nr and namn, or `deleted`. Tokens change with every answer, as the time in it does.

    `announces` False leaves out completeListSize; a text stands there instead of the count. Beside the faults
    of every service a page may be broken, or have its token forgotten (expired).
    """

    announces: bool | str = True
    sets: list[str] = field(default_factory=lambda: ["churches"])
    path: str = "/oai"
    error_status: int = 200
    answers: int = 0

    def answer(self, asked: Asked) -> Reply:
        self.answers += 1
        query = asked.query
        if query.get("verb") != "ListRecords":
            return self._error("badVerb", "Illegal OAI verb")
        if "resumptionToken" in query:
            if len(query) > 2:
                return self._error("badArgument", "resumptionToken is exclusive")
            return self._page(int(query["resumptionToken"].split("/")[0]))
        if query.get("metadataPrefix") != "oai_dc":
            return self._error("cannotDisseminateFormat", "")
        if query.get("set") not in (None, *self.sets) or not self.rows:
            return self._error("noRecordsMatch", "")
        return self._page(0)

    def error(self) -> Reply:
        return self._error("undefinedError", "out of &lt;memory&gt;")

    def _error(self, code: str, said: str) -> Reply:
        reply = self._xml(f'<error code="{code}">{said}</error>')
        reply.status = self.error_status
        return reply

    def _page(self, start: int) -> Reply:
        page = self.window(self.rows, start, self.most)
        if self.fault == "expired":
            return self._error("badResumptionToken", "The resumptionToken has expired")
        records = "".join(_record(row) for row in page)
        if self.fault == "broken":
            records = records.replace("</dc:title>", "</dc:titel>", 1)
        end = start + self.most
        size = f" completeListSize={quoteattr(self._size())}" if self.announces else ""
        token = f"{end}/{self.answers}" if end < len(self.rows) else ""
        onward = f'<resumptionToken{size} cursor="{start}">{token}</resumptionToken>'
        return self._xml(f"<ListRecords>{records}{onward}</ListRecords>")

    def _size(self) -> str:
        return str(len(self.rows)) if self.announces is True else str(self.announces)

    def _xml(self, content: str) -> Reply:
        begin = _BEGIN.format(second=self.answers % 60)
        return Reply(f"{begin}{content}</OAI-PMH>".encode(), headers={"Content-Type": "text/xml"})


def _record(row: dict[str, str]) -> str:
    header = f"<identifier>oai:example.org:{escape(row['nr'])}</identifier><datestamp>2026-01-01</datestamp>"
    if row.get("deleted"):
        return f'<record><header status="deleted">{header}</header></record>\n'
    return (
        f"<record><header>{header}<setSpec>churches</setSpec></header><metadata>"
        '<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:identifier>{escape(row['nr'])}</dc:identifier><dc:title>{escape(row['namn'])}</dc:title>"
        f'<dc:title xml:lang="en">Church {escape(row["nr"])}</dc:title></oai_dc:dc></metadata></record>\n'
    )

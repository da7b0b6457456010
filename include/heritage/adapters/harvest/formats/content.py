"""What every reader asks of a file before it reads rows: is there anything, and is it what was announced?"""

import codecs
import re
from dataclasses import dataclass, replace

from charset_normalizer import from_bytes

from heritage.errors import SourceChanged
from heritage.model.issue import Issue, IssueCode, Severity
from heritage.model.row import SourceRow
from heritage.ports.files import FetchedFile
from heritage.spec.source import SourceSpec

DAMAGED_SHARE = 0.01
"""Rows with letters of another encoding up to this share are damaged rows; above, the encoding is wrong."""
_SAMPLE = 65_536

_STRANGERS = (
    (rb"<(?:!doctype html|html|head|body)\b", "an HTML page"),
    (rb"version https://git-lfs\.github\.com/spec/", "a Git LFS pointer, not the file it points to"),
    (rb"<\?xml\b", "an XML document"),
    (rb"PK\x03\x04", "a ZIP archive or an Office file"),
    (rb"%PDF-", "a PDF document"),
    (rb"\x1f\x8b", "a gzip archive"),
)


def refuse_strangers(
    spec: SourceSpec, file: FetchedFile, strangers: tuple[tuple[bytes, str], ...] = ()
) -> None:
    """Raises SourceChanged for an empty file and for formats that are no register: HTML, LFS pointers, …"""
    with file.path.open("rb") as content:
        start = content.read(4096)
        if not start.strip(codecs.BOM_UTF8).strip() and not any(map(bytes.strip, content)):
            raise stop(IssueCode.FILE_EMPTY, spec, file)
    what = stranger(start, strangers)
    if what:
        raise stop(
            IssueCode.FILE_NOT_TABLE, spec, file, hint=f"It is {what}. {IssueCode.FILE_NOT_TABLE.remedy}"
        )


def stranger(start: bytes, more: tuple[tuple[bytes, str], ...] = ()) -> str | None:
    """What a file is by its first bytes, where that is no text with rows; else None."""
    text = start.removeprefix(codecs.BOM_UTF8).lstrip()
    for pattern, what in (*_STRANGERS, *more):
        if re.match(pattern, text, re.IGNORECASE):
            return what
    return None


@dataclass(frozen=True, slots=True)
class Text:
    """The text of a file. Bytes that are not in its encoding come as lone surrogates; `wrong` is then what
    to raise when they are more than damage to a few rows."""

    text: str
    wrong: SourceChanged | None = None

    def judge(self, damaged: int, rows: int) -> None:
        """Raises SourceChanged, naming byte and line, when too many rows are damaged for mere damage."""
        if self.wrong and damaged > DAMAGED_SHARE * rows:
            raise self.wrong


def decode(spec: SourceSpec, file: FetchedFile) -> Text:
    """The text of the file in the encoding of the description. Raises SourceChanged when it is another."""
    name = codecs.lookup(spec.harvest.option("encoding", "utf-8")).name
    encoding = "utf-8-sig" if name == "utf-8" else name
    content = file.content
    try:
        decoded = Text(content.decode(encoding))
    except UnicodeDecodeError as error:
        wrong = _wrong(spec, file, encoding, error)
        try:
            decoded = Text(content.decode(encoding, "surrogateescape"), wrong)
        except UnicodeDecodeError:  # in UTF-16 not every byte can be kept so
            raise wrong from None
    if encoding not in ("utf-8-sig", "ascii") and is_utf8(content):
        hint = f"It reads as UTF-8, not {encoding}: set harvest.encoding."
        raise stop(IssueCode.ENCODING_WRONG, spec, file, hint=hint)
    if "\0" in decoded.text:
        line = decoded.text.count("\n", 0, decoded.text.index("\0")) + 1
        hint = f"There is a NUL byte in line {line}: the file is damaged, or it is UTF-16."
        raise stop(IssueCode.ENCODING_WRONG, spec, file, hint=hint)
    return decoded


def stop(
    code: IssueCode,
    spec: SourceSpec,
    file: FetchedFile,
    *,
    row: int | None = None,
    field: str | None = None,
    hint: str | None = None,
) -> SourceChanged:
    """The error of a file that cannot be used, in the words of its issue."""
    return SourceChanged(
        str(Issue(code, Severity.STOP, spec.id, file=file.name, row=row, field=field, hint=hint))
    )


def _wrong(spec: SourceSpec, file: FetchedFile, encoding: str, error: UnicodeDecodeError) -> SourceChanged:
    content = file.content
    line = content.count(b"\n", 0, error.start) + 1
    begin = content.rfind(b"\n", 0, max(0, error.start - _SAMPLE // 2)) + 1
    sample = content[begin : begin + _SAMPLE]
    guess = from_bytes(sample[: sample.rfind(b"\n") + 1] or sample).best()  # whole lines, no torn letters
    likely = f"; it looks like {guess.encoding}" if guess and guess.encoding != encoding else ""
    where = f"Byte {error.start} in line {line} is not {encoding.removesuffix('-sig')}{likely}."
    return stop(IssueCode.ENCODING_WRONG, spec, file, hint=f"{where} {IssueCode.ENCODING_WRONG.remedy}")


def is_whole(text: str) -> bool:
    """True when every byte of the text could be decoded."""
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def is_utf8(content: bytes) -> bool:
    """True for bytes beyond ASCII that are UTF-8 throughout: no other text is so by accident."""
    if content.isascii():
        return False
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def mend(row: SourceRow, spec: SourceSpec) -> SourceRow:
    """The row as text that can be stored: what is no character becomes U+FFFD. Where that touches more than
    columns that nobody reads, the row carries a fault."""
    hurt = {
        column
        for column, text in row.cells.items()
        if "\0" in text or "\0" in column or not is_whole(text) or not is_whole(column)
    }
    if not hurt:
        return row
    cells = {_mended(column): _mended(text) for column, text in row.cells.items()}
    if row.fault or not any(map(spec.reads, hurt)):
        return replace(row, cells=cells)
    escaped = any(_ESCAPED.search(f"{column}{row.cells[column]}") for column in hurt)
    fault = IssueCode.TEXT_BROKEN if escaped else IssueCode.ENCODING_WRONG
    return replace(row, cells=cells, fault=fault)


_ESCAPED = re.compile("[\0\ud800-\udc7f\udd00-\udfff]")
"""What only an escape in JSON writes: bytes that could not be decoded are U+DC80 to U+DCFF."""
_NO_TEXT = re.compile("[\0\ud800-\udfff]")


def _mended(text: str) -> str:
    return _NO_TEXT.sub("\N{REPLACEMENT CHARACTER}", text)

"""What every reader asks of a file before it reads rows: is there anything, and is it what was announced?"""

import codecs
import re

from charset_normalizer import from_bytes

from heritage.errors import SourceChanged
from heritage.model.issue import Issue, IssueCode, Severity
from heritage.ports.files import FetchedFile
from heritage.spec.dataset import DatasetSpec

_DAMAGED_SHARE = 0.01
"""Undecodable lines up to this share are damaged rows; above, the encoding itself is wrong."""
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
    spec: DatasetSpec, file: FetchedFile, strangers: tuple[tuple[bytes, str], ...] = ()
) -> None:
    """Raises SourceChanged for an empty file and for formats that are no register: HTML, LFS pointers, …"""
    start = file.content[:4096].removeprefix(codecs.BOM_UTF8).lstrip()
    if not start and not file.content.strip():
        raise stop(IssueCode.FILE_EMPTY, spec, file)
    for pattern, what in (*_STRANGERS, *strangers):
        if re.match(pattern, start, re.IGNORECASE):
            raise stop(
                IssueCode.FILE_NOT_TABLE, spec, file, hint=f"It is {what}. {IssueCode.FILE_NOT_TABLE.remedy}"
            )


def decode(spec: DatasetSpec, file: FetchedFile) -> str:
    """The text of the file. Single undecodable bytes come as lone surrogates, for the reader to reject
    their rows; raises SourceChanged naming byte and line when they are more than damage."""
    encoding = _codec(spec, file)
    content = file.content
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        return _damaged(spec, file, encoding, error)
    if encoding not in ("utf-8-sig", "ascii") and _is_utf8(content):
        raise stop(
            IssueCode.ENCODING_WRONG,
            spec,
            file,
            hint=f"It reads as UTF-8, not {encoding}: set harvest.encoding.",
        )
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise stop(
            IssueCode.ENCODING_WRONG,
            spec,
            file,
            hint=f"There is a NUL byte in line {line}: the file is damaged, or it is UTF-16.",
        )
    return text


def stop(
    code: IssueCode,
    spec: DatasetSpec,
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


def _codec(spec: DatasetSpec, file: FetchedFile) -> str:
    try:
        name = codecs.lookup(spec.harvest.encoding).name
    except LookupError:
        raise stop(
            IssueCode.ENCODING_WRONG,
            spec,
            file,
            hint=f"harvest.encoding {spec.harvest.encoding!r} is no encoding.",
        ) from None
    return "utf-8-sig" if name == "utf-8" else name


def _damaged(spec: DatasetSpec, file: FetchedFile, encoding: str, error: UnicodeDecodeError) -> str:
    content = file.content
    if encoding.startswith(("utf-8", "ascii")):
        text = content.decode(encoding, "surrogateescape")
        lines = text.splitlines()
        bad = [line for line in lines if not _whole(line)]
        if len(bad) <= _DAMAGED_SHARE * len(lines) and _whole(lines[0]):
            return text
    line = content.count(b"\n", 0, error.start) + 1
    begin = content.rfind(b"\n", 0, max(0, error.start - _SAMPLE // 2)) + 1
    sample = content[begin : begin + _SAMPLE]
    guess = from_bytes(sample[: sample.rfind(b"\n") + 1] or sample).best()  # whole lines, no torn letters
    likely = f"; it looks like {guess.encoding}" if guess and guess.encoding != encoding else ""
    raise stop(
        IssueCode.ENCODING_WRONG,
        spec,
        file,
        hint=f"Byte {error.start} in line {line} is not {encoding.removesuffix('-sig')}{likely}. "
        + IssueCode.ENCODING_WRONG.remedy,
    ) from None


def _whole(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_utf8(content: bytes) -> bool:
    """True for bytes beyond ASCII that are UTF-8 throughout: no other text is so by accident."""
    if content.isascii():
        return False
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def mended(text: str) -> tuple[str, bool]:
    """Text that can be stored, and whether it had to be mended: lone surrogates become U+FFFD."""
    if _whole(text):
        return text, False
    return "".join("\N{REPLACEMENT CHARACTER}" if "\ud800" <= c <= "\udfff" else c for c in text), True

"""What is wrong in a YAML file in plain words: where, the line itself, and what to write instead."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import yaml

from heritage.model.masking import masked
from heritage.model.shown import printable, shorten

_LONGEST = 120
_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")  # as YAML counts lines
_QUOTED = re.compile(r"""'(?:[^']|'')*'|"(?:\\.|[^"\\])*\"""")
_OPENS = re.compile(r"""(?:^|[:,\[{-])\s*(['"])""")
_PAIRS = {"[": "]", "{": "}"}
_COMMENT = re.compile(r"(?:^|\s)#")
_SECOND_COLON = re.compile(r"^(\s*(?:- )?[^\s'\"\[{#][^:]*:\s+)([^'\"\[{|>#].*:(?:\s.*|))$")
_KEYED = re.compile(r":(\s|$)")


@dataclass(frozen=True, slots=True)
class _Fault:
    """`row` and `at` count from 0; `opened` is where the parser began with what it could not finish."""

    lines: list[str]
    row: int
    at: int
    opened: tuple[int, int]

    @property
    def line(self) -> str:
        return _line(self.lines, self.row)

    @property
    def here(self) -> str:
        """The character that the parser stumbled over."""
        return self.line[self.at : self.at + 1]


@dataclass(frozen=True, slots=True)
class _Said:
    """A sentence about a place; `write` is the line as it might be meant."""

    row: int
    at: int
    what: str
    write: str = ""


def place(text: str, row: int, at: int, what: str, write: str = "") -> str:
    """The sentence with its line and column (here from 0, told from 1), the line, and what to write."""
    line = _line(_lines(text), row)
    told = f"line {row + 1}, column {at + 1}: {what}"
    told += f". The line: {_shown(line)}" if line.strip() else ""
    return told + (f". Write: {_shown(write)}" if write and write != line else "")


def in_words(error: yaml.YAMLError, text: str) -> str:
    """What the parser stumbled over, as a maintainer would say it."""
    if isinstance(error, yaml.reader.ReaderError):
        before = text[: text.index(chr(error.character))]  # its own position counts bytes
        row, at = before.count("\n"), len(before) - before.rfind("\n") - 1
        return place(text, row, at, f"a character that no text may hold (U+{error.character:04X}): delete it")
    mark = getattr(error, "problem_mark", None)
    problem = str(getattr(error, "problem", None) or error)
    if mark is None:
        return f"this is no YAML: {problem}"
    began = getattr(error, "context_mark", None) or mark
    lines = _lines(text)
    fault = _Fault(lines, mark.line, mark.column, (began.line, began.column))
    told = _tab(fault) or _quote(fault)
    for words, say in _WORDS.items():
        told = told or (say(fault) if words in problem else None)
    told = told or _Said(fault.row, fault.at, f"this cannot be read ({problem})")
    return place(text, told.row, told.at, told.what, told.write)


def _tab(fault: _Fault) -> _Said | None:
    indent = _indent(fault.line)
    if "\t" not in indent:
        return None
    above = next((line for line in fault.lines[: fault.row][::-1] if line.strip()), "")
    deeper = "  " if above.rstrip().endswith(":") else ""
    write = f"{_indent(above).replace(chr(9), '  ')}{deeper}{fault.line.lstrip()}"
    what = "a tab stands before the text, and YAML knows only spaces: put two spaces for each tab"
    return _Said(fault.row, indent.index("\t"), what, write)


def _quote(fault: _Fault) -> _Said | None:
    """A quote that never closes swallows the lines below: what the parser names lies behind it."""
    for row, line in enumerate(fault.lines[: fault.row + 1]):
        start = 0
        while opening := _OPENS.search(line, start):
            quote, begin = opening[1], opening.start(1)
            if _COMMENT.search(line, start, begin):
                break
            closed = _QUOTED.match(line, begin)
            if closed is None:
                if _ends_below(fault, row, quote):
                    break
                what = f"the quote {quote} that opens here is never closed: close it at the end of the text"
                return _Said(row, begin, what, line.rstrip() + quote)
            start = closed.end()
            if re.match(r"[^\s,:\]}]", line[start:]):
                what = (
                    "text goes on behind the closing quote: an apostrophe in single quotes stands there twice"
                )
                return _Said(row, start, what, _doubled(line, begin, quote))
    return None


def _ends_below(fault: _Fault, row: int, quote: str) -> bool:
    """A text in quotes may run over several lines, where no line below looks like a key."""
    for line in fault.lines[row + 1 :]:
        if re.match(r"\s*(?:- )?\w+:(\s|$)", line):
            return False
        if quote in line:
            return True
    return False


def _doubled(line: str, begin: int, quote: str) -> str:
    if quote != "'":
        return ""
    end = line.rstrip().rfind("'")
    return line[: begin + 1] + line[begin + 1 : end].replace("'", "''") + line[end:]


def _second_colon(fault: _Fault) -> _Said:
    if found := _SECOND_COLON.match(fault.line):
        return _Said(fault.row, fault.at, _COLON, f"{found[1]}{_in_quotes(found[2])}")
    above = next((row for row in range(fault.row - 1, -1, -1) if fault.lines[row].strip()), fault.row)
    if not _KEYED.search(fault.lines[above]):
        return _no_colon(fault.lines, above)
    what = "it stands deeper than the line above, which has a value already: begin it where that line begins"
    return _Said(fault.row, 0, what, _indent(fault.lines[above]) + fault.line.strip())


_COLON = "a colon with a space begins a new key within this text: put the whole text in quotes"


def _no_colon(lines: list[str], row: int) -> _Said:
    line = _line(lines, row)
    word = re.match(r"\s*([^\s:{\[]+):?\s*(.*)$", line)
    write = f"{_indent(line)}{word[1]}: {word[2]}" if word else ""
    return _Said(row, len(_indent(line)), "there is no colon with a space behind the key", write)


def _key_above(fault: _Fault) -> _Said:
    return _no_colon(fault.lines, fault.opened[0])


def _bracket(fault: _Fault) -> _Said:
    row, at = _unclosed(fault) or fault.opened
    if fault.here == ":" and (row == fault.row or _KEYED.search(fault.line[: fault.at])):
        return _Said(fault.row, fault.at, _COLON)
    opening = _line(fault.lines, row)[at : at + 1]
    closing = _PAIRS.get(opening, "the closing bracket")
    if row == fault.row:
        return _Said(row, fault.at, f"a comma or {closing} is missing before this")
    return _Said(
        row, at, f"the {opening} that opens here is never closed", _line(fault.lines, row).rstrip() + closing
    )


def _unclosed(fault: _Fault) -> tuple[int, int] | None:
    """The innermost bracket that is open where the parser stumbled."""
    open_ones: list[tuple[int, int]] = []
    for row, line in enumerate(fault.lines[: fault.row + 1]):
        plain = _QUOTED.sub(lambda quoted: " " * len(quoted[0]), line)
        for at, letter in enumerate(plain[: fault.at] if row == fault.row else plain):
            if letter in _PAIRS:
                open_ones.append((row, at))
            elif letter in _PAIRS.values() and open_ones:
                open_ones.pop()
    return open_ones[-1] if open_ones else None


def _no_key(fault: _Fault) -> _Said:
    if fault.line[: fault.at].strip():
        return _Said(
            fault.row, fault.at, "the value ends before this: put the whole value in quotes, or drop the rest"
        )
    what = (
        f"it begins in column {fault.at + 1}, and no key above that it could belong to does: give it "
        "the spaces of the keys it stands beside"
    )
    return _Said(fault.row, fault.at, what)


def _escape(fault: _Fault) -> _Said:
    row, at = fault.opened
    line = _line(fault.lines, row)
    closed = _QUOTED.match(line, at)
    write = line[:at] + _in_quotes(closed[0][1:-1]) + line[closed.end() :] if closed else ""
    return _Said(
        row, fault.at, r"within double quotes a backslash begins an escape: take single quotes", write
    )


def _begins(fault: _Fault) -> _Said:
    row, at = fault.opened
    line = _line(fault.lines, row)
    what = f"a text that begins with {_shown(line[at : at + 1])} goes in quotes"
    return _Said(row, at, what, line[:at] + _in_quotes(line[at:].rstrip()))


def _dash(fault: _Fault) -> _Said:
    return _Said(fault.row, fault.at, "a list with dashes begins in the line below its key")


def _no_dash(fault: _Fault) -> _Said:
    what = "this line stands in a list, whose lines begin with a dash and a space"
    return _Said(fault.row, fault.at, what, f"{fault.line[: fault.at]}- {fault.line[fault.at :]}")


def _document(fault: _Fault) -> _Said:
    return _Said(fault.row, fault.at, "a second document begins here: a description is one, delete this line")


_WORDS: dict[str, Callable[[_Fault], _Said]] = {
    "mapping values are not allowed": _second_colon,
    "could not find expected ':'": _key_above,
    "did not find expected ',' or": _bracket,
    "did not find expected node content": _bracket,
    "did not find expected key": _no_key,
    "escape character": _escape,
    "expected hexdecimal": _escape,
    "cannot start any token": _begins,
    "comment or line break": _begins,
    "block sequence entries": _dash,
    "'-' indicator": _no_dash,
    "another document": _document,
}
"""By words of libyaml's own message."""


def _lines(text: str) -> list[str]:
    return _BREAK.split(text)


def _line(lines: list[str], row: int) -> str:
    return lines[row] if row < len(lines) else ""


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def _in_quotes(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _shown(line: str) -> str:
    """In backquotes, with what cannot be seen otherwise; an address never with its password."""
    return f"`{shorten(printable(masked(line.rstrip())), _LONGEST)}`".replace("\t", "⇥")

"""Brings the catalogues of the pages up to date: `scripts/messages`."""

from collections.abc import Sequence
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "include" / "heritage"
LOCALE = PACKAGE / "web" / "locale"
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "Said": None}

NOISE = tuple(f'"{name}' for name in ("POT-", "PO-", "Generated-By", "Last-Tr", "Report-", "Language-Team"))
"""Beginnings of lines that say nothing here, or change at every writing."""


def extracted() -> Sequence[tuple[str, str]]:
    """Every message once, in order of the files, with the form for many where there is one, else empty."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    found: dict[str, str] = {}
    for _, _, message, _, _ in extract_from_dir(str(PACKAGE), methods, options, KEYWORDS):
        one, more = (message, "") if isinstance(message, str) else message[:2]
        if one:
            found.setdefault(one, more)
    return sorted(found.items())


def catalogue(code: str) -> Catalog:
    """An empty catalogue of a language."""
    made = Catalog(locale=code, project="Heritage Guard", version="1", charset="utf-8", fuzzy=False)
    made.header_comment = ""
    return made


def read(code: str) -> Catalog:
    """The catalogue as it is kept."""
    with (LOCALE / code / "messages.po").open("rb") as file:
        return read_po(file, locale=code)


def write(code: str, made: Catalog) -> None:
    """Keeps a catalogue, without what changes at every writing."""
    path = LOCALE / code / "messages.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, made, width=110, no_location=True, omit_header=False, sort_output=True)
    kept = (
        line
        for line in path.read_text(encoding="utf-8").splitlines(keepends=True)
        if not line.startswith(NOISE)
    )
    path.write_text("".join(kept).lstrip(), encoding="utf-8")


def main() -> None:
    """Writes every catalogue anew with the messages that there are."""
    messages = extracted()
    for folder in sorted(LOCALE.iterdir()):
        known, made = read(folder.name), catalogue(folder.name)
        for one, more in messages:
            before = known.get(one)
            made.add((one, more) if more else one, before.string if before else "")
        write(folder.name, made)


if __name__ == "__main__":
    main()

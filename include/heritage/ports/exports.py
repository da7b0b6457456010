"""Approved edits as files, for people who upload by hand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from heritage.model.edit import Content


class Form(StrEnum):
    """The conventions that approved edits can be written in."""

    QUICKSTATEMENTS = "quickstatements"
    CSV = "csv"
    OPENREFINE = "openrefine"


@dataclass(frozen=True, slots=True)
class FileEdit:
    """What one approved edit adds. No file knows statements by their ids: our reference for a statement that
    stands on the item already is that statement, with its value, once more."""

    edit_id: str
    record_id: str
    qid: str | None
    name: str
    content: Content


@dataclass(frozen=True, slots=True)
class FileBatch:
    """The edits of one batch and what has to be said with each of them."""

    batch_id: str
    title: str
    dataset: str
    decisions: tuple[int, ...]
    edits: tuple[FileEdit, ...]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A part of an edit that a convention cannot say, or would say otherwise: which, and why."""

    record_id: str
    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Written:
    """Files by name, and what is left out of them; `edits` of which something is there, with `new_items`, of
    the batches that are named."""

    files: Mapping[str, str]
    edits: int
    new_items: int
    left_out: tuple[LeftOut, ...]
    batches: tuple[str, ...] = ()


class ExportWriter(Protocol):
    """Puts batches into the files of one convention."""

    def __call__(self, batches: Sequence[FileBatch]) -> Written: ...

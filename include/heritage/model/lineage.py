"""What a step read and wrote: names, sizes and the verdicts of checks, nothing that a record says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one check of a table."""

    check: str
    passed: bool
    severity: str
    column: str | None = None


@dataclass(frozen=True, slots=True)
class TableFacts:
    """A table, or the files of a pull: `name` is that of the register and the table, as `gb_nhle/records`.

    `rows` and `size` (bytes) are None where nobody counted; `columns` has the type of each.
    """

    name: str
    version: str
    rows: int | None = None
    size: int | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    verdicts: Sequence[Verdict] = ()


@dataclass(frozen=True, slots=True)
class Register:
    """Where a register comes from, as its description says."""

    id: str
    title: str
    publisher: str
    address: str
    licence: str
    maintainers: Sequence[str]


@dataclass(frozen=True, slots=True)
class Lineage:
    """What a step read and wrote; `register` where it asked the publisher."""

    inputs: Sequence[TableFacts]
    outputs: Sequence[TableFacts]
    register: Register | None = None
    asked: bool = False

"""Lines of the decision log as rows of a table, and back."""

import json
from dataclasses import asdict
from typing import Any

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Connection, Row, select
from sqlalchemy.exc import OperationalError

from heritage.adapters.database.schema import DECISIONS
from heritage.errors import GovernanceError
from heritage.model.digest import canonical_json
from heritage.model.governance import Decision

_DECISION = TypeAdapter(Decision)
_AS_JSON = ("votes", "recusals", "options", "dissent", "paid", "basis")


def of_row(row: Row[Any]) -> Decision:
    """The line of the log in a row. Raises GovernanceError naming the field that cannot be read."""
    content = dict(row._mapping)
    name = ""
    try:
        for name in _AS_JSON:
            content[name] = json.loads(content[name])
        return _DECISION.validate_python(content)
    except ValidationError as error:
        name = str(error.errors()[0]["loc"][0])
    except (ValueError, TypeError):
        pass
    raise GovernanceError(_changed_outside(row.number, name))


def _changed_outside(number: int, name: str) -> str:
    return (
        f"Line {number} of the decision log cannot be read: it was changed outside the product. Not as it "
        f"was written: {name}."
    )


def unreadable(connection: Connection) -> str:
    """Names the first line of the log that the database itself cannot give, and its field."""
    for number in connection.scalars(select(DECISIONS.c.number).order_by(DECISIONS.c.number)).all():
        for column in DECISIONS.c:
            try:
                connection.execute(select(column).where(DECISIONS.c.number == number)).all()
            except OperationalError:
                return _changed_outside(number, column.name)
    return "The decision log cannot be read, though each of its lines can: try again."


def as_row(decision: Decision) -> dict[str, Any]:
    """The row of a line."""
    return asdict(decision) | {name: canonical_json(getattr(decision, name)) for name in _AS_JSON}

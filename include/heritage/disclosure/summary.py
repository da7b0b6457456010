"""Where there is war, no page or report names an endangered place below its municipality."""

from collections.abc import Collection
from typing import Any

import pyarrow as pa

from heritage.disclosure.rules import Conflict
from heritage.model.arrow import pc, with_columns
from heritage.model.disclosure import Disclosure
from heritage.model.evidence import Level

_ENDANGERED = [level.value for level in Level if level.endangered]


def summary_rulings(
    risk: pa.Table,
    records: pa.Table,
    conflict: Conflict,
    *,
    at_war: Collection[str] = (),
    country: str | None,
) -> pa.Table:
    """The rulings (RISK) for a summary of risk: at least S4 for what is endangered where there is war.

    War is where the rules say so by `country` of a record (`records` has record_id and country; `country` is
    that of a register whose rows name none), or where the evidence says so: `at_war` are those record ids.
    """
    at = pc.index_in(risk["record_id"], value_set=records["record_id"].combine_chunks())
    countries = pc.fill_null(pc.take(records["country"], at), country or "")
    in_country: Any = pc.is_in(countries, value_set=pa.array(sorted(conflict.items), pa.string()))
    near: Any = pc.is_in(risk["record_id"], value_set=pa.array(sorted(at_war), pa.string()))
    endangered: Any = pc.is_in(risk["level"], value_set=pa.array(_ENDANGERED))
    looser: Any = pc.is_in(
        risk["disclosure"], value_set=pa.array([d.value for d in Disclosure if d < Disclosure.S4])
    )
    raised = pc.and_(pc.and_(endangered, looser), pc.or_(in_country, near))
    return with_columns(risk, {"disclosure": pc.if_else(raised, Disclosure.S4.value, risk["disclosure"])})

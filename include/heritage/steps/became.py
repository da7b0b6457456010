"""What became of the edits of a batch, for the people who answer for it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import fields

from heritage.model.edit import EditState
from heritage.model.visit import DROPS, Fate, Gains, Visit
from heritage.ports.upload_pages import Became, Lost

SHOWN = 50
_WORST = list(Fate)


def became(visits: Sequence[Visit], counts: Mapping[EditState, int]) -> Became | None:
    """The newest visits of a batch together, the worst edits first; None before the first visit."""
    if not visits:
        return None
    lost = [one for one in visits if one.fate in DROPS or one.drift]
    lost.sort(key=lambda one: (-_WORST.index(one.fate), one.qid, one.edit_id))
    return Became(
        visited=len(visits),
        waiting=max(0, counts[EditState.CONFIRMED] - len(visits)),
        last=max(one.visited_at for one in visits),
        fates=Counter(one.fate for one in visits),
        parts=sum(one.parts for one in visits),
        kept=sum(one.kept for one in visits),
        gains=gains_of(visits),
        drifted=sum(bool(one.drift) for one in visits),
        losses=tuple(_lost(one) for one in lost[:SHOWN]),
        more=max(0, len(lost) - SHOWN),
    )


def gains_of(visits: Sequence[Visit]) -> Gains:
    """What others have added to these items. Where several edits went to one item, the first of them saw the
    most of it, and the item is counted once."""
    names = [field.name for field in fields(Gains)]
    most: dict[str, dict[str, int]] = {}
    for one in visits:
        if one.gains:
            item = most.setdefault(one.item, dict.fromkeys(names, 0))
            item.update({name: max(item[name], getattr(one.gains, name)) for name in names})
    return Gains(**{name: sum(item[name] for item in most.values()) for name in names})


def _lost(visit: Visit) -> Lost:
    by = next((one for one in visit.findings if one.revision), None)
    return Lost(
        qid=visit.qid,
        item=visit.item,
        fate=visit.fate,
        what=tuple(one.what for one in visit.findings),
        drift=visit.drift,
        revision=by.revision if by else None,
        by=by.by if by else "",
    )

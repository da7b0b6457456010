"""What a file says, as the `data` of one `wbeditentity` call on its MediaInfo."""

import uuid
from collections.abc import Mapping
from typing import Any

from heritage.model.digest import canonical_json
from heritage.model.edit import Snak
from heritage.model.media import Claim, FileContent
from heritage.statements.wikibase_json import snak_json

Json = dict[str, Any]


def mediainfo_data(content: FileContent, edit_id: str, page: int, standing: Mapping[str, Any] | None) -> Json:
    """What is to be added to the MediaInfo `standing` (None: it has none): captions in languages without one,
    and statements of properties that nobody has stated. Empty when nothing is.

    It is sent as `claims` and answered as `statements`. Every statement has an id made from the edit: sending
    it again changes nothing.
    """
    media = f"M{page}"
    has = standing or {}
    labels = {k: v for k, v in content.captions.items() if k not in (has.get("labels") or {})}
    statements = has.get("statements") or {}
    claims = [_claim(one, edit_id, media) for one in content.claims if one.property not in statements]
    data: Json = {}
    if labels:
        data["labels"] = {lang: {"language": lang, "value": text} for lang, text in labels.items()}
    if claims:
        data["claims"] = claims
    return data


def _claim(claim: Claim, edit_id: str, media: str) -> Json:
    main = snak_json(Snak(claim.property, claim.value))
    name = canonical_json([edit_id, main])
    out: Json = {
        "type": "statement",
        "rank": "normal",
        "id": f"{media}${uuid.uuid5(uuid.NAMESPACE_OID, name)}",
        "mainsnak": main,
    }
    if claim.qualifiers:
        groups: dict[str, list[Json]] = {}
        for snak in claim.qualifiers:
            groups.setdefault(snak.property, []).append(snak_json(snak))
        out["qualifiers"], out["qualifiers-order"] = groups, list(groups)
    return out

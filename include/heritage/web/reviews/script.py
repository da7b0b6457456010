"""What scripts of these pages are told, and whose device it is."""

import hashlib
import json
from typing import Any

from heritage.web.desk import Asker
from heritage.web.reviews.words import SCRIPT


def script_parts(asker: Asker) -> dict[str, Any]:
    """For a template with a script."""
    words = {name: asker.tongue.gettext(text) for name, text in SCRIPT.items()}
    return {"script_words": json.dumps(words), "owner": owner_of(asker)}


def owner_of(asker: Asker) -> str:
    """Tells one person's store on a device from another's; the name does not stand there."""
    return hashlib.sha256(f"heritage-reviews:{asker.user.name}".encode()).hexdigest()[:16]

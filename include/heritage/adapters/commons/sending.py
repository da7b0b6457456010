"""Uploads as single POSTs. Imported only after `embedding` has imported pywikibot."""

import re
from typing import Any

from urllib3 import encode_multipart_formdata

from heritage.adapters.commons.answers import OtherOffset, StashGone, refusal, stash_gone
from heritage.adapters.wikibase.answers import error_names
from heritage.adapters.wikibase.sending import OnePost
from heritage.errors import WikiRefused

_OFFSET = re.compile("[0-9]{1,18}")


class UploadPost(OnePost):
    """A write of the module `upload`, whose errors are of kinds of their own."""

    def _get_request_params(self, use_get: bool, paramstring: str) -> tuple[bool, str, Any, dict[str, str]]:
        """A form with a file, to the byte: pywikibot makes an e-mail of it, which changes line ends."""
        if self.mime is None:
            given: tuple[bool, str, Any, dict[str, str]] = super()._get_request_params(use_get, paramstring)
            return given
        fields: dict[str, Any] = dict(self._encoded_items())
        fields |= {name: ("chunk", content, kind) for name, (content, kind) in self.mime.items()}
        body, form = encode_multipart_formdata(fields)
        return False, self.site.apipath(), body, {"Content-Type": form}

    def _json_loads(self, response: Any) -> dict[str, Any]:
        try:
            answer = response.json()
        except (ValueError, RecursionError):
            answer = None
        error = answer.get("error") if isinstance(answer, dict) else None
        if isinstance(error, dict):
            names = error_names(error, response.headers.get("MediaWiki-API-Error", ""))
            if "stashfailed" in names and _OFFSET.fullmatch(offset := str(error.get("offset", ""))):
                raise OtherOffset(int(offset))
            if stash_gone(names):
                raise StashGone(str(error.get("info", "")))
            if code := refusal(names):
                raise WikiRefused(f"The wiki answers {', '.join(names)}: {error.get('info', '')}", code)
        found: dict[str, Any] = super()._json_loads(response)
        return found

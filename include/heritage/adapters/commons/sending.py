"""Uploads as single POSTs. Imported only after `embedding` has imported pywikibot."""

from collections.abc import Mapping
from typing import Any

from urllib3 import encode_multipart_formdata

from heritage.adapters.commons.answers import OtherOffset, StashGone, refusal, stash_gone
from heritage.adapters.wikibase.answers import error_names
from heritage.adapters.wikibase.sending import OnePost
from heritage.errors import WikiRefused


class UploadPost(OnePost):
    """A write of the module `upload`, whose errors are of kinds of their own."""

    @classmethod
    def _build_mime_request(
        cls, params: Mapping[str, Any], mime_params: Mapping[str, Any]
    ) -> tuple[dict[str, str], bytes]:
        """A form with a file, to the byte: pywikibot makes an e-mail of it, which changes line ends."""
        fields: dict[str, Any] = dict(params)
        fields |= {
            name: ("chunk", content, "application/octet-stream")
            for name, (content, *_) in mime_params.items()
        }
        body, kind = encode_multipart_formdata(fields)
        return {"Content-Type": kind}, body

    def _json_loads(self, response: Any) -> dict[str, Any]:
        try:
            answer = response.json()
        except ValueError:
            answer = None
        error = answer.get("error") if isinstance(answer, dict) else None
        if isinstance(error, dict):
            names = error_names(error, response.headers.get("MediaWiki-API-Error", ""))
            if "stashfailed" in names and str(error.get("offset", "")).isdigit():
                raise OtherOffset(int(error["offset"]))
            if stash_gone(names):
                raise StashGone(str(error.get("info", "")))
            if code := refusal(names):
                raise WikiRefused(f"The wiki answers {', '.join(names)}: {error.get('info', '')}", code)
        found: dict[str, Any] = super()._json_loads(response)
        return found

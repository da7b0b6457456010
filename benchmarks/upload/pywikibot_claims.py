"""pywikibot, one claim at a time: `addClaim` and `addSources` for each, as its own scripts do it."""

import json
import os
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

from work import FIRST, IDENTIFIER, PASSWORD, REGISTER, RETRIEVED, STATED_IN, URL, USER, VALUES, url_of

FOLDER = Path(tempfile.mkdtemp())
(FOLDER / "user-config.py").touch(mode=0o600)
os.environ["PYWIKIBOT_DIR"] = str(FOLDER)
ARGUMENTS, sys.argv = sys.argv[1:], ["bench"]
import pywikibot  # noqa: E402
from pywikibot import config, family  # noqa: E402


def site_of(api: str) -> "pywikibot.DataSite":
    parts = urlsplit(api)

    class OneWiki(family.SingleSiteFamily, family.DefaultWikibaseFamily):
        name = "bench"
        domain = parts.netloc

        def protocol(self, code: str) -> str:  # noqa: ARG002
            return parts.scheme

        def scriptpath(self, code: str) -> str:  # noqa: ARG002
            return parts.path.removesuffix("/api.php")

    (FOLDER / "passwords").write_text(f"({USER!r}, BotPassword('bench', {PASSWORD!r}))\n")
    (FOLDER / "passwords").chmod(0o600)
    config.password_file = str(FOLDER / "passwords")
    config.put_throttle = config.minthrottle = 0
    site = pywikibot.Site("bench", OneWiki(), user=USER)
    site.login()
    return site


def main(api: str, count: int) -> None:
    site = site_of(api)
    began = time.monotonic()
    for number in range(count):
        item = pywikibot.ItemPage(site, f"Q{FIRST + number}")
        item.get()
        item.editLabels({"sv": f"Torn {number}"}, summary=f"Towers {number}", bot=True)
        values = {pid: pywikibot.ItemPage(site, qid) for pid, qid in VALUES.items()}
        for pid, value in [*values.items(), (IDENTIFIER, str(FIRST + number))]:
            claim = pywikibot.Claim(site, pid)
            claim.setTarget(value)
            item.addClaim(claim, summary=f"Towers {number}", bot=True)
            told, url, day = (
                pywikibot.Claim(site, one, is_reference=True) for one in (STATED_IN, URL, RETRIEVED)
            )
            told.setTarget(pywikibot.ItemPage(site, REGISTER))
            url.setTarget(url_of(number))
            day.setTarget(pywikibot.WbTime(year=2026, month=11, day=20, precision="day", site=site))
            claim.addSources([told, url, day], summary=f"Towers {number}", bot=True)
    print(json.dumps({"items": count, "seconds": time.monotonic() - began}))


if __name__ == "__main__":
    main(ARGUMENTS[0], int(ARGUMENTS[1]))

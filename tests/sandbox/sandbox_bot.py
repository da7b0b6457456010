"""pywikibot scenarios: run as a process of its own, because pywikibot is global state.

python sandbox_bot.py PORT SCENARIO      (in a private folder; prints one line of JSON)
"""

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ["PYWIKIBOT_NO_USER_CONFIG"] = "2"
PORT, SCENARIO = sys.argv[1:]
del sys.argv[1:]  # pywikibot reads the arguments of whoever imports it

import pywikibot  # noqa: E402
import pywikibot.bot  # noqa: E402
from pywikibot import config, family  # noqa: E402
from pywikibot.exceptions import APIError, Error  # noqa: E402
from pywikibot.login import LoginStatus  # noqa: E402

slept: list[float] = []
pywikibot.sleep = time.sleep = slept.append  # waiting is recorded, not done


class _Local:
    """What both families share: the sandbox on this machine."""

    domain = f"127.0.0.1:{PORT}"

    def protocol(self, code: str) -> str:
        return "http"

    def scriptpath(self, code: str) -> str:
        return "/w"


class Family(_Local, family.SingleSiteFamily, family.DefaultWikibaseFamily):
    """The sandbox as a repository of items."""

    name = "sandbox"


class Commons(_Local, family.SingleSiteFamily):
    """Stands where pywikibot would open the real Wikimedia Commons to read an image statement."""

    name = "commons"


def connect(password: str) -> Any:
    """Return the logged-in site."""
    secrets = Path("passwords")
    secrets.write_text(password)
    secrets.chmod(0o600)
    pywikibot.bot.set_interface("buffer")
    config.password_file = str(secrets.resolve())
    config.put_throttle = 0
    config.max_retries = 3
    config.usernames["sandbox"]["sandbox"] = "Bot"
    config.usernames["commons"]["commons"] = "Bot"
    commons = Commons()
    family.Family._families["commons"] = commons
    site = pywikibot.Site(code="sandbox", fam=Family(), user="Bot")
    site.login()
    return site


def request(site: Any, data: dict[str, Any], retries: int = 0, **params: Any) -> Any:
    """Return a wbeditentity request that is sent as often as said."""
    made = site.simple_request(
        action="wbeditentity", data=json.dumps(data), token=site.tokens["csrf"], bot=True, **params
    )
    made.max_retries = retries
    return made


def term(text: str, language: str = "en") -> dict[str, Any]:
    return {language: {"language": language, "value": text}}


def outcome(action: Callable[[], Any]) -> str:
    """Return the class and code of what an action raised, or `done`."""
    try:
        action()
    except APIError as error:
        return f"{type(error).__name__} {error.code}"
    except Error as error:
        return type(error).__name__
    return "done"


def everyday(site: Any) -> dict[str, Any]:
    """Read, create, change and look up an item; keep a stop page."""
    human = pywikibot.ItemPage(site, "Q5")
    human.get()
    made = site.editEntity(
        {}, {"labels": term("Chapel"), "descriptions": term("a chapel")}, bot=True, summary="create"
    )
    item = pywikibot.ItemPage(site, made["entity"]["id"])
    item.get()
    claim = pywikibot.Claim(site, "P31")
    claim.setTarget(human)
    item.addClaim(claim, summary="add")
    source = pywikibot.Claim(site, "P854")
    source.setTarget("https://register.example/1")
    claim.addSources([source], summary="source")
    site.editEntity(
        {"id": item.id},
        {"labels": term("Kapelle", "de")},
        baserevid=item.latest_revision_id,
        summary="rename",
    )
    image = pywikibot.ItemPage(site, "Q6").get()["claims"]["P18"][0].getTarget()
    stop = pywikibot.Page(site, "User:Bot/stop")
    existed = stop.exists()
    stop.text = "run"
    stop.save("start")
    fresh = pywikibot.ItemPage(site, item.id)
    fresh.get()
    return {
        "user": site.user(),
        "id": item.id,
        "labels": dict(fresh.labels),
        "references": len(fresh.claims["P31"][0].sources),
        "image": image.title(),
        "image site": image.site.family.name,
        "history": [revision.comment for revision in item.revisions()],
        "by statement": [page.title() for page in site.search("haswbstatement:P31=Q5", namespaces=[0])],
        "by name": [found["id"] for found in site.search_entities("Chap", "en")],
        "contributions": [page.title() for page, *_ in pywikibot.User(site, "Bot").contributions()],
        "changes": [change["title"] for change in site.recentchanges()],
        "users": [user["name"] for user in site.allusers(start="B")],
        "stop page": [existed, pywikibot.Page(site, "User:Bot/stop").text],
        "missing": pywikibot.ItemPage(site, "Q77").exists(),
        "redirect": pywikibot.ItemPage(site, "Q8").isRedirectPage(),
        "batch": [entity.id for entity in site.preload_entities([human, fresh])],
    }


def refusals(site: Any) -> dict[str, Any]:
    """Run into what a wiki refuses."""
    five = pywikibot.ItemPage(site, "Q5")
    five.get()
    stale = five.latest_revision_id
    site.editEntity({"id": "Q5"}, {"labels": term("person")}, summary="first")
    double = {"labels": term("twin"), "descriptions": term("same")}
    site.editEntity({}, double)
    return {
        "overlap": outcome(request(site, {"labels": term("man")}, id="Q5", baserevid=stale).submit),
        "apart": outcome(request(site, {"labels": term("Mensch", "de")}, id="Q5", baserevid=stale).submit),
        "double": outcome(request(site, double, new="item").submit),
        "null edit": request(site, {"labels": term("person")}, id="Q5").submit()["entity"].get("nochange"),
    }


def lagging(site: Any) -> dict[str, Any]:
    """Wait out a lagging server (the fault is set by the test)."""
    done = outcome(request(site, {"labels": term("late")}, id="Q5").submit)
    return {"done": done, "waited": len(slept)}


def lost_once(site: Any) -> dict[str, Any]:
    """Lose the answer to a creation that is sent once only."""
    return {"outcome": outcome(request(site, {"labels": term("lost")}, new="item").submit)}


def lost_and_repeated(site: Any) -> dict[str, Any]:
    """Lose the answer to a creation that pywikibot may repeat."""
    return {"outcome": outcome(request(site, {"labels": term("lost")}, retries=2, new="item").submit)}


def logged_out(site: Any) -> dict[str, Any]:
    """Lose the session between two edits (the fault is set by the test)."""
    first = outcome(lambda: site.editEntity({"id": "Q5"}, {"labels": term("one")}))
    second = outcome(lambda: site.editEntity({"id": "Q5"}, {"labels": term("two")}))
    return {"first": first, "second": second, "in": site._loginstatus == LoginStatus.AS_USER}


def main_account(site: Any) -> dict[str, Any]:
    """Nothing but logging in with the password of the account itself."""
    return {"user": site.user(), "in": site.logged_in()}


if __name__ == "__main__":
    secret = "('Bot', 'bot-password')" if SCENARIO == "main_account" else ""
    secret = secret or "('Bot', BotPassword('tests', 'bot-password'))"
    sys.stdout.write(json.dumps(globals()[SCENARIO](connect(secret))) + "\n")

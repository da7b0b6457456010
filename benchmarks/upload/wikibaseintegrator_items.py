"""WikibaseIntegrator, one edit an item: the item is read, the claims are added, the item is written."""

import json
import sys
import time

from wikibaseintegrator import WikibaseIntegrator, datatypes, wbi_login
from wikibaseintegrator.models import Reference, References
from wikibaseintegrator.wbi_config import config
from wikibaseintegrator.wbi_enums import ActionIfExists
from work import DAY, FIRST, IDENTIFIER, PASSWORD, REGISTER, RETRIEVED, STATED_IN, URL, USER, VALUES, url_of


def references(number: int) -> References:
    cited, reference = References(), Reference()
    reference.add(datatypes.Item(value=REGISTER, prop_nr=STATED_IN))
    reference.add(datatypes.URL(value=url_of(number), prop_nr=URL))
    reference.add(datatypes.Time(time=DAY, prop_nr=RETRIEVED))
    cited.add(reference)
    return cited


def main(api: str, count: int, read: bool) -> None:
    config["MEDIAWIKI_API_URL"] = api
    config["USER_AGENT"] = "Benchmark (https://heritage.example/contact)"
    login = wbi_login.Login(user=f"{USER}@bench", password=PASSWORD, mediawiki_api_url=api)
    wiki = WikibaseIntegrator(login=login, is_bot=True)
    began = time.monotonic()
    for number in range(count):
        qid = f"Q{FIRST + number}"
        if read:
            item = wiki.item.get(qid)
        else:
            item = wiki.item.new()
            item.id = qid
        cited = references(number)
        claims = [datatypes.Item(value=value, prop_nr=pid, references=cited) for pid, value in VALUES.items()]
        claims.append(datatypes.ExternalID(value=str(FIRST + number), prop_nr=IDENTIFIER, references=cited))
        how = ActionIfExists.APPEND_OR_REPLACE if read else ActionIfExists.FORCE_APPEND
        item.claims.add(claims, action_if_exists=how)
        item.labels.set("sv", f"Torn {number}")
        item.write(summary=f"Towers {number}", mediawiki_api_url=api)
    print(json.dumps({"items": count, "seconds": time.monotonic() - began}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3] == "read")

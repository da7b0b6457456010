"""One API request from parameters to answer: the checks in MediaWiki's order, then the module."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from wikibase_sandbox import claims, editing, files, login, merging, paraminfo, reading, search, wikitext
from wikibase_sandbox.errors import ApiError, bad_token, core, missing_param
from wikibase_sandbox.oauth import signed_session
from wikibase_sandbox.params import Params
from wikibase_sandbox.query import query
from wikibase_sandbox.render import (
    ERROR_HEADER,
    as_version_1,
    error_body,
    text_warning,
    with_warnings,
)
from wikibase_sandbox.session import Session
from wikibase_sandbox.types import Json
from wikibase_sandbox.wiki import Call, Wiki

_MODULES: dict[str, Callable[[Call], Json]] = {
    "query": query,
    "paraminfo": lambda call: paraminfo.paraminfo(call.params.values("modules")),
    "login": login.login,
    "clientlogin": login.clientlogin,
    "logout": login.logout,
    "wbgetentities": reading.wbgetentities,
    "wbgetclaims": reading.wbgetclaims,
    "wbsearchentities": search.wbsearchentities,
    "wbavailablebadges": lambda _call: {"badges": []},
    "wbeditentity": editing.wbeditentity,
    "wbsetclaim": claims.wbsetclaim,
    "wbcreateclaim": claims.wbcreateclaim,
    "wbsetclaimvalue": claims.wbsetclaimvalue,
    "wbsetreference": claims.wbsetreference,
    "wbremoveclaims": claims.wbremoveclaims,
    "wbremovereferences": claims.wbremovereferences,
    "wbsetlabel": claims.wbsetlabel,
    "wbsetdescription": claims.wbsetdescription,
    "wbmergeitems": merging.wbmergeitems,
    "wbcreateredirect": merging.wbcreateredirect,
    "edit": wikitext.edit,
    "rollback": wikitext.rollback,
    "move": wikitext.move,
    "upload": files.upload,
}


@dataclass(frozen=True)
class Request:
    """What the HTTP layer hands over."""

    method: str
    params: Params
    session_id: str | None
    server: str
    authorization: str = ""


@dataclass(frozen=True)
class Answer:
    """What the HTTP layer sends back, always with status 200."""

    body: Json
    headers: Mapping[str, str] = field(default_factory=dict)
    session_id: str | None = None


def answer(wiki: Wiki, request: Request) -> Answer:
    """Run one request and return the answer; refusals are answers too."""
    session = wiki.sessions.resume(request.session_id) or _guest(wiki, request)
    call = Call(wiki, request.params, session, request.server)
    wiki.traffic.count(request.params.given)
    headers: dict[str, str] = {}
    try:
        _sign_in(call, request)
        body = _run(call, request)
        _warn_about_unknown(call)
        body = with_warnings(body, call.warnings)
    except ApiError as error:
        body = error_body(
            error,
            version=call.version,
            errorformat=request.params.get("errorformat", "bc"),
            action=call.action,
            api_url=f"{request.server}/w/api.php",
        )
        headers = {**error.headers, ERROR_HEADER: ", ".join(error.codes)}
    if call.version == 1:
        body = as_version_1(body)
    current = call.session.session_id
    return Answer(body, headers, current if current and current != request.session_id else None)


def _guest(wiki: Wiki, request: Request) -> Session:
    """A session for a stranger; stored only if it asks for a login token to come back with."""
    if "login" in request.params.values("type"):
        return wiki.sessions.start(None)
    return Session(request.session_id or "", "", None)


def _sign_in(call: Call, request: Request) -> None:
    """A signed request has the session of whoever signed it, whatever its cookies say."""
    header = request.authorization
    if header.startswith(("OAuth ", "Bearer ")):
        given = call.wiki.signatures.account(
            header, request.method, f"{request.server}/w/api.php", request.params.given
        )
        call.session = signed_session(call.wiki.sessions, given, header)


def _run(call: Call, request: Request) -> Json:
    login.check_asserts(call)
    handler = _MODULES.get(call.action)
    if handler is None:
        info = f'Unrecognized value for parameter "action": {call.action}.'
        raise core("badvalue", info)
    module = paraminfo.ACTIONS[call.action]
    fault = call.wiki.faults.take("request", call.params.given)
    if module.guard is not None:
        _check_token(call, module.guard, forced=fault is not None and fault.kind == "badtoken")
    if fault is not None:
        raise fault.error(call.params.given, call.session.user)
    if module.post and request.method != "POST":
        raise core("mustbeposted", f'The "{call.action}" module requires a POST request.')
    return handler(call)


def _check_token(call: Call, kind: str, *, forced: bool) -> None:
    if "token" not in call.params.given:
        raise missing_param("token")
    if "token" in call.params.in_url:
        info = "The following parameter was found in the query string, but must be in the POST"
        raise core("mustpostparams", f"{info} body: token.")
    if forced or call.params.get("token") != call.session.token(kind):
        raise bad_token()


def _warn_about_unknown(call: Call) -> None:
    modules = [name for kind in ("prop", "list", "meta", "generator") for name in call.params.values(kind)]
    known = paraminfo.known_parameters(call.action, modules)
    unknown = [name for name in call.params.given if name not in known]
    if unknown:
        noun = "parameter" if len(unknown) == 1 else "parameters"
        text = f"Unrecognized {noun}: {', '.join(unknown)}."
        call.warnings["main"] = text_warning(text, call.version)

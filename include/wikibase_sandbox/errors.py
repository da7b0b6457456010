"""The catalogue of refusals: every error answer the sandbox gives, with its exact wording.

A real Wikibase answers HTTP 200 for an API error and lists all codes in the header
`MediaWiki-API-Error`, while `error.code` holds only the first. The wording below was compared with
recorded answers of MediaWiki 1.43 (`error-*.json`); the contract tests repeat that comparison.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

from wikibase_sandbox.types import page_title


@dataclass(frozen=True)
class Message:
    """One localisable message inside an error: its key, its parameters and its English text."""

    name: str
    parameters: tuple[Any, ...] = ()
    html: str = ""


@dataclass
class ApiError(Exception):
    """A refusal in terms of the API; `render.error_body` turns it into an answer.

    `codes` are all codes for the header, the first one is also `error.code`. `module` is what
    `errorformat=plaintext` names as the origin: MediaWiki core names the action, Wikibase `main`.
    """

    codes: tuple[str, ...]
    info: str
    messages: tuple[Message, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)
    module: str | None = "main"
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def code(self) -> str:
        """The one code that the body carries."""
        return self.codes[0]


def core(code: str, info: str, **extra: Any) -> ApiError:
    """An error of MediaWiki core: no message list."""
    return ApiError((code,), info, extra=extra, module=None)


def wikibase(code: str, info: str, *parameters: Any, name: str | None = None) -> ApiError:
    """An error of a Wikibase API module: one message named after the code."""
    message = Message(name or f"wikibase-api-{code}", parameters, escape(info, quote=False))
    return ApiError((code,), info, (message,))


def failed_save(code: str | None, name: str, html: str, *parameters: Any) -> ApiError:
    """A refusal at saving time; what happened is only in the second message and the header."""
    info = "The save has failed."
    messages = (Message("wikibase-api-failed-save", (), info), Message(name, parameters, html))
    return ApiError(("failed-save", *([code] if code else [])), info, messages)


def permission_denied(codes: Sequence[str], *why: Message) -> ApiError:
    """A missing right, a block or a protection: told apart by the further messages."""
    info = "You do not have the permissions needed to carry out this action."
    first = Message("wikibase-api-permissiondenied", (), info)
    return ApiError(("permissiondenied", *codes), info, (first, *why))


def modification_failed(info: str) -> ApiError:
    """Data that a change operation cannot apply (bad or foreign statement id)."""
    return wikibase("modification-failed", info, info)


def refused(validator: str, info: str, *parameters: Any, html: str | None = None) -> ApiError:
    """A value that a validator refuses; repeating the request can never help."""
    text = escape(info, quote=False) if html is None else html
    message = Message(f"wikibase-validator-{validator}", parameters, text)
    return ApiError(("modification-failed",), info, (message,))


def shortened(text: str) -> str:
    """Return a long text as it is quoted in messages (`error-label-too-long`)."""
    return text if len(text) <= 32 else text[:29] + "..."


def wiki_link(entity_id: str) -> str:
    """The wikitext link which conflict messages carry instead of a bare id."""
    return f"[[{page_title(entity_id)}|{entity_id}]]"


def html_link(entity_id: str) -> str:
    """The same link as HTML."""
    title = page_title(entity_id)
    return f'<a href="/wiki/{title}" title="{title}">{entity_id}</a>'


def red_link(entity_id: str) -> str:
    """HTML link to an entity that does not exist."""
    title = page_title(entity_id)
    return (
        f'<a href="/w/index.php?title={title}&amp;action=edit&amp;redlink=1" class="new" '
        f'title="{title} (page does not exist)">{entity_id}</a>'
    )


def bad_token() -> ApiError:
    """A token that is not the one of this session (`error-badtoken`)."""
    return core("badtoken", "Invalid CSRF token.")


def missing_param(name: str) -> ApiError:
    """A parameter without which the module does nothing (`error-missing-token`)."""
    return core("missingparam", f'The "{name}" parameter must be set.')


def no_such_entity(entity_id: str) -> ApiError:
    """Editing an unknown or deleted entity (`error-no-such-entity-edit`)."""
    return wikibase("no-such-entity", "⧼no-such-entity⧽", entity_id, name="no-such-entity")


def unresolved_redirect() -> ApiError:
    """Editing an item that was merged away (`error-edit-redirected-item`)."""
    info = "The given entity ID refers to a redirect, which is not supported in this context."
    return wikibase("unresolved-redirect", info)


def invalid_entity_id() -> ApiError:
    """An id that is none (`error-invalid-entity-id`)."""
    return wikibase("invalid-entity-id", "Invalid entity ID.")


def param_invalid(info: str) -> ApiError:
    """A contradiction between parameters and data (`error-new-item-with-id`)."""
    return wikibase("param-invalid", info, info)


def edit_conflict() -> ApiError:
    """A stale `baserevid` whose change overlaps a later one (`error-editconflict-*`)."""
    info = "Edit conflict. Could not patch the current revision."
    messages = (
        Message("wikibase-api-editconflict", (), info),
        Message("edit-conflict", (), "Edit conflict."),
    )
    return ApiError(("editconflict",), info, messages)


def concurrent_edit() -> ApiError:
    """Two writes to one item at the same moment (`error-failed-save-concurrent-edit`)."""
    return failed_save("editconflict", "edit-conflict", "Edit conflict.")


def rate_limited() -> ApiError:
    """Too many edits; note that there is no Retry-After (`error-ratelimited`)."""
    text = (
        "As an anti-abuse measure, you are limited from performing this action too many times in "
        "a short space of time, and you have exceeded this limit.\n"
        "Please try again in a few minutes."
    )
    return failed_save("ratelimited", "actionthrottledtext", text)


def abuse_filter(rule: str, number: str) -> ApiError:
    """An edit that a filter forbids (`error-abusefilter-disallowed`)."""
    text = (
        "This action has been automatically identified as harmful, and therefore disallowed.\n"
        "If you believe your action was constructive, please inform an administrator of what you "
        f"were trying to do.\nA brief description of the abuse rule which your action matched is: "
        f"{escape(rule)}"
    )
    return failed_save("abusefilter-disallowed", "abusefilter-disallowed", text, rule, number)


def abuse_filter_warning(rule: str, number: str) -> ApiError:
    """An edit that a filter lets pass when it is repeated (`error-abusefilter-warning`)."""
    text = (
        "<b>Warning:</b> This action has been automatically identified as harmful.\n"
        "Unconstructive actions will be quickly reverted,\nand egregious or repeated "
        "unconstructive editing will result in your account or IP address being blocked.\n"
        "If you believe this action to be constructive, you may submit it again to confirm it.\n"
        f"A brief description of the abuse rule which your action matched is: {escape(rule)}"
    )
    return failed_save("abusefilter-warning", "abusefilter-warning", text, rule, number)


def spam_blacklisted(host: str) -> ApiError:
    """A link to a forbidden site (`error-spamblacklist`)."""
    text = (
        "The text you wanted to publish was blocked by the spam filter.\nThis is probably caused "
        "by a link to a forbidden external site.\nThe following text is what triggered our spam "
        f"filter: {escape(host)}"
    )
    parameter = {"list": [host], "type": "text"}
    return failed_save("spamblacklist", "spam-blacklisted-link", text, parameter)


def readonly() -> ApiError:
    """Nothing can be written for a while (`error-readonly`)."""
    info = "The wiki is currently in read-only mode."
    return core("readonly", info, readonlyreason="maintenance")


def maxlag(lag: float) -> ApiError:
    """A lagged server; the lag is reported in the body, the headers and the text alike."""
    error = core(
        "maxlag",
        f"Waiting for a database server: {lag:g} seconds lagged.",
        host="wdqs1011",
        lag=lag,
        type="wikibase-queryservice",
        queryserviceLag=round(lag * 60),
    )
    error.headers = {"Retry-After": "5", "X-Database-Lag": str(int(lag))}
    return error


BLOCKING_ADMIN = "SandboxAdmin"


def blocked(user: str) -> ApiError:
    """The account is blocked; message parameters as in `error-blocked` (the names bidi-wrapped)."""
    admin = BLOCKING_ADMIN
    parameters = (
        f"[[User:{admin}|‪{admin}‬]]",
        "test block",
        "127.0.0.1",
        f"‪{admin}‬",
        1,
        "00:00, 1 January 2100",
        f"‪{user}‬",
        "00:00, 1 January 2026",
    )
    text = "<p><strong>Your username or IP address has been blocked.</strong>\n</p>"
    return permission_denied(["blocked"], Message("blockedtext", parameters, text))


def protected() -> ApiError:
    """A page that only some may edit (`error-protectedpage`)."""
    text = "This page has been protected to prevent editing or other actions."
    why = Message("protectedpagetext", ("editprotected", "edit"), text)
    return permission_denied(["protectedpage"], why)


def missing_grant(creating: bool) -> ApiError:
    """A bot password without the edit grant (`error-permissiondenied-*-grant`)."""
    groups = {"list": ["*", "[[Project:Users|Users]]"], "type": "comma"}
    limited = "The action you have requested is limited to users in"
    page = "/w/index.php?title=Project:Users&amp;action=edit&amp;redlink=1"
    link = f'<a href="{page}" class="new" title="Project:Users (page does not exist)">Users</a>'
    users = Message("badaccess-groups", (groups, 2), f"{limited} one of the groups: *, {link}.")
    if creating:
        text = "You do not have permission to create new pages."
        return permission_denied(["cantcreate"], users, Message("nocreate-loggedin", (), text))
    everybody = Message("badaccess-groups", ({"list": ["*"], "type": "comma"}, 1), f"{limited} the group: *.")
    return permission_denied([], users, everybody)


def too_big() -> ApiError:
    """An entity over 2 MB: the code is `rawmessage`, only the header says what it was."""
    info = "The entity is too big. The maximum allowed entity size is 2 MB."
    messages = (
        Message("wikibase-api-", (info,), info),
        Message("wikibase-error-entity-too-big", ({"size": 2097152},), info),
    )
    return ApiError(("rawmessage", "wikibase-error-entity-too-big"), info, messages)


def label_description_conflict(other: str, label: str, language: str) -> ApiError:
    """The one server-side guard against a doubled creation; it names the existing item."""
    tail = (
        f' already has label "{label}" associated with language code {language}, '
        "using the same description text."
    )
    return refused(
        "label-with-description-conflict",
        f"Item {wiki_link(other)}{tail}",
        label,
        language,
        wiki_link(other),
        html=f"Item {html_link(other)}{escape(tail, quote=False)}",
    )


def property_label_conflict(other: str, label: str, language: str) -> ApiError:
    """A name that another property has (`error-property-label-conflict`)."""
    tail = f' already has label "{label}" associated with language code {language}.'
    return failed_save(
        "wikibase-validator-label-conflict",
        "wikibase-validator-label-conflict",
        f"Property {html_link(other)}{escape(tail, quote=False)}",
        label,
        language,
        wiki_link(other),
    )


def sitelink_conflict(url: str, site: str, title: str, other: str) -> ApiError:
    """A page that another item is linked to (`error-duplicate-sitelink`)."""
    link = html_link(other)
    page = f'<a rel="nofollow" class="external text" href="{escape(url)}">{escape(f"{site}:{title}")}</a>'
    text = (
        f"The link {page} is already used by Item {link}. You may remove it from {link} if it does not "
        "belong there or merge the Items if they are about the exact same topic."
    )
    return failed_save(
        "wikibase-validator-sitelink-conflict",
        "wikibase-validator-sitelink-conflict",
        text,
        f"[{url} {site}:{title}]",
        wiki_link(other),
    )

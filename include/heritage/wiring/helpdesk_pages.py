"""What the pages on requests to the Helpdesk ask and do, bound to this installation."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from heritage.model.governance import RequestState
from heritage.wiring.settings import Settings

if TYPE_CHECKING:
    from heritage.ports.helpdesk import RequestFile
    from heritage.steps.helpdesk import RankedRequest


class HelpdeskPages:
    """Reads and acts in the name of whoever a page says is logged in; who may is asked before."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def requests(self) -> list["RequestFile"]:
        """All requests with what was said of them, oldest first."""
        from heritage.wiring.helpdesk import helpdesk_requests

        return helpdesk_requests(self._settings)

    def ranked(self) -> list["RankedRequest"]:
        """Those that are to be done, best first."""
        from heritage.wiring.helpdesk import ranked_requests

        return ranked_requests(self._settings)

    def checklist(self) -> Mapping[str, str]:
        """The questions of the Expert Committee by lens."""
        from heritage.wiring.helpdesk import helpdesk_settings

        return helpdesk_settings(self._settings).checklist

    def ask(self, entered_by: str, **asked: Any) -> object:
        """See `wiring.helpdesk.ask_helpdesk`."""
        from heritage.wiring.helpdesk import ask_helpdesk

        return ask_helpdesk(self._settings, entered_by, asked.pop("title"), asked.pop("text"), **asked)

    def assess(self, member: str, request_id: str, answers: Mapping[str, str], note: str) -> object:
        """See `wiring.helpdesk.assess`."""
        from heritage.wiring.helpdesk import assess

        return assess(self._settings, member, request_id, answers, note)

    def set_state(self, by: str, request_id: str, state: RequestState, reason: str) -> object:
        """See `wiring.helpdesk.set_request_state`."""
        from heritage.wiring.helpdesk import set_request_state

        return set_request_state(self._settings, by, request_id, state, reason)

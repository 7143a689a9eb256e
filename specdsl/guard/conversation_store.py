"""Conversations by session, in memory."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

from specdsl.base.limits import MAX_SESSIONS_KEPT
from specdsl.guard.conversation import Conversation


class ConversationStore:
    """The conversations of an agent's sessions. Of one that was dropped to save memory, and comes
    back, nobody knows what was read.
    """

    def __init__(self, most: int = MAX_SESSIONS_KEPT) -> None:
        self._most = most
        self._kept: OrderedDict[str, Conversation] = OrderedDict()
        self._has_dropped = False
        self._lock = Lock()

    def find(self, session: str) -> Conversation:
        """Return the conversation of a session, a new one the first time."""
        with self._lock:
            if session not in self._kept:
                self._kept[session] = Conversation(complete=not self._has_dropped)
                if len(self._kept) > self._most:
                    self._kept.popitem(last=False)
                    self._has_dropped = True
            self._kept.move_to_end(session)
            return self._kept[session]

    def drop(self, session: str) -> None:
        """Drop a session that has ended."""
        with self._lock:
            self._kept.pop(session, None)

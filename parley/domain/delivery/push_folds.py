"""Which messages of a chat ring a phone, and which wait for one summary. Pure, in memory.

For each person and chat at most three pushes go out in ten seconds. What comes meanwhile is folded:
one summary tells the number, as soon as the oldest of the three is ten seconds old. A summary is a
push like the others, so no ten seconds hold more than three.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from schema import limits

WINDOW = timedelta(seconds=limits.PUSH_WINDOW_SECONDS)

_REMEMBERED = 30_000
"""People who were pushed to lately, by chat: about 10 MB. Beyond, the oldest are forgotten, and may
be rung again sooner."""

_MANY_POSTS = 256
"""Folded posts of a chat above which those that nobody waits for are dropped."""


@dataclass(slots=True)
class _Phone:
    """One person in one chat. ``folded``, ``telling`` and ``told`` are sets of posts, as bits.

    ``telling``: those of a summary that is being sent. ``is_silent``: the last look found nothing
    to ring.
    """

    rings: list[tuple[datetime, str]] = field(default_factory=list)
    folded: int = 0
    telling: int = 0
    told: int = 0
    is_silent: bool = False
    due: datetime | None = None

    def rung_since(self, oldest: datetime) -> int:
        """Forget rings up to a time, and return the number of those after it."""
        self.rings = [ring for ring in self.rings if ring[0] > oldest]
        return len(self.rings)


@dataclass(slots=True)
class _ChatFolds:
    """The phones of one chat, and its folded posts with their bits and times."""

    phones: dict[str, _Phone] = field(default_factory=dict)
    bits: dict[str, int] = field(default_factory=dict)
    times: list[datetime] = field(default_factory=list)
    used_at: datetime | None = None

    def bit(self, message_id: str, posted_at: datetime) -> int:
        place = self.bits.get(message_id)
        if place is None:
            place = self.bits[message_id] = len(self.times)
            self.times.append(posted_at)
        return 1 << place

    def fold(
        self, phone: _Phone, message_id: str, posted_at: datetime, now: datetime
    ) -> bool | None:
        """Fold a message if its phone has rung enough; return whether it is folded.

        A repeat is judged as it was the first time. Return None for a message that may ring anew.
        """
        place = self.bits.get(message_id)
        if place is not None and (phone.folded | phone.telling | phone.told) >> place & 1:
            return True
        for _, name in phone.rings:
            if name == message_id:
                return False
        if not phone.folded:
            if phone.rung_since(now - WINDOW) < limits.PUSHES_IN_A_WINDOW:
                return None
            phone.due = phone.rings[0][0] + WINDOW
        phone.folded |= self.bit(message_id, posted_at)
        return True

    def waiting(self) -> int:
        """Return the posts that somebody has not been told of, as bits."""
        bits = 0
        for phone in self.phones.values():
            bits |= phone.folded | phone.telling
        return bits

    def drop_told(self, waiting: int) -> None:
        """Forget the oldest posts, as far as nobody waits for them."""
        gone = (waiting & -waiting).bit_length() - 1 if waiting else len(self.times)
        if waiting and gone < _MANY_POSTS:
            return
        self.times = self.times[gone:]
        self.bits = {name: at - gone for name, at in self.bits.items() if at >= gone}
        for phone in self.phones.values():
            phone.folded >>= gone
            phone.telling >>= gone
            phone.told >>= gone


class PushFolds:
    """The pushes of the last ten seconds and the posts that wait, by chat and person."""

    def __init__(self, *, remembered: int = _REMEMBERED) -> None:
        self._chats: OrderedDict[str, _ChatFolds] = OrderedDict()
        """In the order of their last push."""
        self._remembered = remembered
        self._people = 0

    def admit(
        self,
        chat_id: str,
        uid: str,
        message_id: str,
        posted_at: datetime,
        now: datetime,
        *,
        is_silent: bool = False,
    ) -> bool:
        """Return whether this message rings now; otherwise it waits for the person's summary.

        A repeat of a message is judged as it was the first time, and counts once. ``is_silent``:
        the person was looked at and has nothing to ring, which counts as a push all the same, so
        that they are not looked at more often.
        """
        chat = self._chats.get(chat_id)
        if chat is None:
            chat = self._chats[chat_id] = _ChatFolds()
        self._use(chat_id, chat, now)
        phone = chat.phones.get(uid)
        if phone is None:
            chat.phones[uid] = _Phone([(now, message_id)], is_silent=is_silent)
            self._people += 1
            return True
        phone.is_silent = is_silent
        is_folded = chat.fold(phone, message_id, posted_at, now)
        if is_folded is None:
            phone.rings.append((now, message_id))
        return not is_folded

    def fold_unseen(
        self, chat_id: str, uid: str, message_id: str, posted_at: datetime, now: datetime
    ) -> bool:
        """Fold this message if it is folded with any devices, and return whether it was."""
        chat = self._chats.get(chat_id)
        phone = None if chat is None else chat.phones.get(uid)
        if chat is None or phone is None:
            return False
        self._use(chat_id, chat, now)
        return bool(chat.fold(phone, message_id, posted_at, now))

    def _use(self, chat_id: str, chat: _ChatFolds, now: datetime) -> None:
        if chat.used_at != now:
            chat.used_at = now
            self._chats.move_to_end(chat_id)

    def has_rung(self, chat_id: str) -> bool:
        """Return whether a chat rang anybody lately."""
        return chat_id in self._chats

    def is_folding(self, chat_id: str) -> bool:
        """Return whether any posts of a chat wait for summaries."""
        chat = self._chats.get(chat_id)
        return chat is not None and bool(chat.bits)

    def waiting_of(self, chat_id: str, message_ids: Iterable[str]) -> int:
        """Return how many of these posts somebody has not been told of."""
        chat = self._chats.get(chat_id)
        if chat is None or not chat.bits:
            return 0
        asked = 0
        for name in message_ids:
            if (place := chat.bits.get(name)) is not None:
                asked |= 1 << place
        return (asked & chat.waiting()).bit_count() if asked else 0

    def next_due(self, chat_id: str) -> datetime | None:
        """Return when the next summary of a chat is due, None if nobody waits for one."""
        chat = self._chats.get(chat_id)
        if chat is None:
            return None
        return min((one.due for one in chat.phones.values() if one.due is not None), default=None)

    def due(self, chat_id: str, now: datetime | None) -> list[str]:
        """Return the people whose summary is due; everybody who waits for one, without a time."""
        chat = self._chats.get(chat_id)
        if chat is None:
            return []
        return [
            uid
            for uid, phone in chat.phones.items()
            if phone.due is not None and (now is None or phone.due <= now)
        ]

    def is_silent(self, chat_id: str, uid: str) -> bool:
        """Return whether the last look at the person found nothing to ring."""
        return self._chats[chat_id].phones[uid].is_silent

    def begin(
        self, chat_id: str, uid: str, read_to: datetime | None, now: datetime
    ) -> tuple[int, str]:
        """Return how many folded posts the person has not read, and the newest, to tell them now.

        The number is 0 if there are none. Follow it by ``told`` or ``put_off``.
        """
        chat = self._chats[chat_id]
        phone = chat.phones[uid]
        phone.telling |= phone.folded
        phone.folded, phone.due = 0, None
        found = [
            (chat.times[place], name)
            for name, place in chat.bits.items()
            if phone.telling >> place & 1 and (read_to is None or chat.times[place] > read_to)
        ]
        if not found:
            return 0, ""
        phone.rings = [*phone.rings, (now, "")][-limits.PUSHES_IN_A_WINDOW :]
        return len(found), max(found)[1]

    def told(self, chat_id: str, uid: str) -> None:
        """Note that the person's summary went out, or was not needed."""
        phone = self._chats[chat_id].phones[uid]
        phone.told |= phone.telling
        phone.telling = 0

    def put_off(self, chat_id: str, uid: str, until: datetime) -> None:
        """Note that the person's summary has to be sent at another time."""
        phone = self._chats[chat_id].phones[uid]
        phone.folded |= phone.telling
        phone.telling = 0
        if phone.folded:
            phone.due = until

    def tidy(self, chat_id: str) -> None:
        """Forget the chat's posts that everybody was told of."""
        chat = self._chats.get(chat_id)
        if chat is not None and chat.bits:
            chat.drop_told(chat.waiting())

    def expire(self, now: datetime) -> None:
        """Forget chats that were quiet for ten seconds, and the oldest beyond the bound.

        A chat in which somebody waits for a summary is kept.
        """
        oldest = now - WINDOW
        kept: list[tuple[str, _ChatFolds]] = []
        while self._chats:
            chat_id, chat = next(iter(self._chats.items()))
            is_recent = chat.used_at is None or chat.used_at > oldest
            if is_recent and self._people <= self._remembered:
                break
            del self._chats[chat_id]
            if chat.waiting():
                kept.append((chat_id, chat))
                if len(kept) > _MANY_POSTS:
                    break
            else:
                self._people -= len(chat.phones)
        for chat_id, chat in reversed(kept):
            self._chats[chat_id] = chat
            self._chats.move_to_end(chat_id, last=False)

    def __len__(self) -> int:
        """Return the number of people remembered, by chat."""
        return self._people

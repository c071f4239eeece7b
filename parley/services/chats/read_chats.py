"""Read chat lists, messages, members and cases, as the security rules allow it to clients."""

from __future__ import annotations

from datetime import datetime

from parley.domain.access import (
    STAFF,
    Caller,
    can_read_chat,
    forbidden,
    not_in_chat,
    require_staff,
    role_in,
)
from parley.domain.reading import ListCases, ListChats, ListMembers, ListMessages, Page
from parley.services.chats.load_invitations import LoadInvitations
from parley.services.paging import read_page
from parley.store import OrderBy, Query, Store, Where
from schema import ids, paths
from schema.chats import Chat
from schema.memberships import Member
from schema.messages import Message
from schema.user_chats import UserChat


class ReadChats:
    """Reads pages of what a caller may see. Each page costs its documents and the access check."""

    def __init__(self, *, store: Store, invitations: LoadInvitations) -> None:
        self._store = store
        self._invitations = invitations

    async def chats(self, *, caller: Caller, request: ListChats) -> Page[UserChat]:
        """Return a page of a chat list: the caller's own, or that of a dashboard they staff."""
        member = request.member_id or caller.id
        if member != caller.id:
            await self._require_dashboard(caller, member)
        query = Query(
            paths.user_chats(member),
            order_by=(OrderBy("updatedAt", descending=True), OrderBy("__name__", descending=True)),
        )
        return await read_page(self._store, query, request, UserChat)

    async def messages(self, *, caller: Caller, request: ListMessages) -> Page[Message]:
        """Return a page of a chat's messages, of those that the caller may read."""
        reads_from = await self._require_reader(caller, request.chat_id, admits_invited=True)
        query = Query(
            paths.messages(request.chat_id),
            where=() if reads_from is None else (Where("createdAt", ">=", reads_from),),
            order_by=(OrderBy("createdAt", descending=True), OrderBy("__name__", descending=True)),
        )
        return await read_page(self._store, query, request, Message)

    async def members(self, *, caller: Caller, request: ListMembers) -> Page[Member]:
        """Return a page of a chat's members."""
        await self._require_reader(caller, request.chat_id)
        query = Query(paths.chat_members(request.chat_id), order_by=(OrderBy("__name__"),))
        return await read_page(self._store, query, request, Member)

    async def cases(self, *, caller: Caller, request: ListCases) -> Page[Chat]:
        """Return a page of a service's cases."""
        service_id = request.service_id
        (staff,) = await self._store.get_many([paths.staff(service_id, caller.id)])
        require_staff(caller, service_id, staff, STAFF, field="serviceId")
        query = Query(
            paths.CHATS,
            where=(
                Where("serviceId", "==", service_id),
                Where("kind", "==", "case"),
                Where("state", "==", request.state),
            ),
            order_by=(OrderBy("__name__"),),
        )
        return await read_page(self._store, query, request, Chat)

    async def _require_dashboard(self, caller: Caller, member: str) -> None:
        service_id = ids.service_of_member(member)
        if service_id is None:
            raise forbidden("memberId: this is somebody else's chat list")
        (staff,) = await self._store.get_many([paths.staff(service_id, caller.id)])
        require_staff(caller, service_id, staff, STAFF, field="memberId")

    async def _require_reader(
        self, caller: Caller, chat_id: str, *, admits_invited: bool = False
    ) -> datetime | None:
        """Return since when the caller reads messages, None for all of them.

        Refuse callers who are neither in the chat nor on the staff of its dashboard. Messages are
        read by invited people, too.
        """
        named = ids.parse_chat_id(chat_id)
        chat, member = await self._store.get_many(
            [paths.chat(chat_id), paths.chat_member(chat_id, caller.id)]
        )
        if member is not None:
            return Member.parse(member.fields).reads_from
        if named.kind == "direct" or chat is None:
            raise not_in_chat(chat_id)
        parsed = Chat.parse(chat.fields)
        service_id = parsed.service_id
        staff, dashboard = await self._store.get_many(
            [
                paths.staff(service_id, caller.id),
                paths.chat_member(chat_id, ids.service_member(service_id)),
            ]
        )
        role = role_in(caller, service_id, staff)
        if can_read_chat(named.kind, role, has_dashboard=dashboard is not None):
            return None
        if admits_invited and named.kind == "group":
            invitation = await self._invitations.standing(caller.id, chat_id, parsed)
            if invitation is not None:
                return invitation.reads_from
        raise not_in_chat(chat_id)

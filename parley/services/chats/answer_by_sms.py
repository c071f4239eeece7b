"""Load what decides whether staff's messages in a case go out as SMS too."""

from __future__ import annotations

from collections.abc import Iterable

from parley.domain.chats.chat_state import ChatState, Post
from parley.domain.chats.sms_answers import answers_by_sms, is_reached_by_sms, sms_answers
from parley.store import Store, Write
from schema import ids, paths


class AnswerBySms:
    """Adds SMS jobs to the commit that fans messages out.

    It reads nothing but for messages of staff in a case whose person has written by SMS: there, two
    documents a commit and one a message.
    """

    def __init__(self, *, store: Store) -> None:
        self._store = store

    async def writes(self, state: ChatState, posts: Iterable[Post]) -> list[Write]:
        """Return the jobs of these posts of one chat; none if push reaches the person."""
        answers = answers_by_sms(state, posts)
        if not answers:
            return []
        (uid,) = ids.parse_chat_id(state.id).uids
        job_ids = [ids.sms_answer_id(state.id, post.id) for post in answers]
        person, tokens, *jobs = await self._store.get_many(
            [
                paths.service_user(state.service_id, uid),
                paths.push_tokens(uid),
                *(paths.non_chat_sms(job_id) for job_id in job_ids),
            ]
        )
        if not is_reached_by_sms(person, tokens):
            return []
        taken = frozenset(job.id for job in jobs if job is not None)
        return [write for post in answers for write in sms_answers(state, post, taken)]

"""Find the campaigns by SMS that an SMS of a person answers, and mark that for the ledger. Pure.

The claim of a campaign's SMS notes it in the person's record, which it writes anyway, and an
inbound SMS reads that record anyway. So an answer takes no read, and two writes.
"""

from __future__ import annotations

from datetime import datetime

from parley.domain.campaigns.results import RESULTS_FOR
from parley.store import DELETE_FIELD, MUST_EXIST, Merge, Snapshot, Update, Write
from schema import paths
from schema.replies import awaited_replies, reply_marks
from schema.users import TEXTED_BY, not_texted_by_patch


def texted_answers(person: Snapshot, at: datetime) -> list[Write]:
    """Return what the commit of an inbound SMS of this person adds; empty if it answers nothing.

    One that comes after the results are closed ends the waiting, and is not marked.
    """
    awaited = awaited_replies(person.fields, TEXTED_BY)
    if not awaited:
        return []
    forgotten = not_texted_by_patch(awaited, delete_field=DELETE_FIELD)
    writes: list[Write] = [Update(person.path, forgotten, MUST_EXIST)]
    for campaign_id, entry in awaited.items():
        if at - entry["at"] <= RESULTS_FOR:
            path = paths.reply_marks(campaign_id, entry["batchId"])
            writes.append(Merge(path, reply_marks({person.id: at})))
    return writes

"""``sendTest``: send what a campaign would send to a few people, by jobs of their own.

No campaign is written, so nothing is counted: no results, no frequency cap, no throttle. Consent
and the limits on SMS hold, since the people are real. A text by chat goes as a mass message to one
person, a text by SMS as an SMS of staff; their documents tell what became of them.
"""

from __future__ import annotations

from typing import Any

from parley.domain.access import Caller, require_user
from parley.domain.campaign_requests import PreviewCampaign
from parley.domain.campaigns.samples import SAMPLES
from parley.domain.campaigns.tests_of_campaigns import Test
from parley.domain.operations_requests import SendTest
from parley.services.campaigns.preview_campaigns import PreviewCampaigns
from parley.store import Store
from parley.store.commit_loop import create_once
from schema.campaigns import job_for_people


class SendTests:
    """The preview renders and decides; a trigger takes the jobs to their workers."""

    def __init__(self, *, store: Store, preview: PreviewCampaigns) -> None:
        self._store = store
        self._preview = preview

    async def send(self, *, caller: Caller, request: SendTest) -> dict[str, Any]:
        """Write a job for each person who can be reached, and tell why others cannot.

        Refuse callers who may not send the campaign, and a job that could not run.
        """
        author = require_user(caller)
        uids = list(dict.fromkeys(request.user_ids))
        tests: list[Test] = []
        for first in range(0, len(uids), SAMPLES):
            some = uids[first : first + SAMPLES]
            asked = PreviewCampaign(job=job_for_people(request.job, some), user_ids=some)
            answer = await self._preview.preview(caller=caller, request=asked)
            tests += [
                Test.of(request, sample, number)
                for number, sample in enumerate(answer["samples"], first)
            ]
        for test in tests:
            if (job := test.job(author)) is not None:
                await create_once(self._store, [job])
        return {"tests": [test.answer() for test in tests]}

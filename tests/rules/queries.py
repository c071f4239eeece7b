"""Every query that the code and its clients make, as an index would see it.

One that is not here fails a test (`test_indexes.py`), and so does one that no index serves. Those
of the server are checked a second time as they run, by the store in memory.
"""

from collections.abc import Mapping, Sequence

from parley.services.campaigns.ledger_sums import SUMMED_REASONS
from parley.services.upkeep.sweep_jobs import INBOXES
from schema import paths
from tests.rules.asked_queries import (
    ANY,
    BATCHES,
    LISTED,
    MEMBERS,
    MESSAGES,
    PEOPLE,
    ROWS,
    STATES,
    Asked,
    asked,
)
from tests.rules.queries_of_clients import CLIENTS, OTHERS

SERVER: Mapping[str, Sequence[Asked]] = {
    "parley/cli/campaign_commands.py": [asked(paths.staff_of(ANY), "role in")],
    "parley/services/chats/change_members.py": [asked(MEMBERS, "role ==")],
    "parley/services/chats/find_heirs.py": [
        asked(MEMBERS),
        asked(MEMBERS, "role =="),
        asked(paths.messages(ANY), "senderId =="),
        asked(paths.chat_audits(ANY), "by =="),
    ],
    # `parley/domain/campaigns/filters.py` narrows what staff ask for to equalities and one array.
    "parley/services/campaigns/audience.py": [
        asked(LISTED),
        asked(LISTED, order="__name__"),
        asked(PEOPLE, order="__name__"),
        asked(
            PEOPLE,
            "attributes.a ==",
            "attributes.b ==",
            "locale ==",
            "timeZone ==",
            "createdAt ==",
            "lastSeenAt ==",
            "tags array-contains",
            order="__name__",
        ),
    ],
    "parley/services/chats/matching_cases.py": [
        asked(PEOPLE, order="__name__"),
        *(
            asked(ROWS, f"{field} ==", order="__name__")
            for field in ("assigneeId", "isUnread", "isUnanswered")
        ),
        asked(ROWS, order="__name__"),
        asked(paths.CHATS, "serviceId ==", "kind ==", order="-stateAt"),
        asked(paths.CHATS, "serviceId ==", "kind ==", "state ==", order="-stateAt"),
    ],
    "parley/services/chats/start_bulk_jobs.py": [asked(paths.bulk_jobs(ANY), "state in")],
    "parley/services/upkeep/find_bulk_jobs.py": [
        asked(paths.BULK_JOBS, "dueAt <=", order="dueAt", is_group=True)
    ],
    "parley/services/campaigns/ledger_sums.py": [
        asked(BATCHES),
        asked(BATCHES, sums=STATES[:5]),
        asked(BATCHES, sums=STATES[5:]),
        *(asked(BATCHES, sums=[f"skippedBy.{reason}"]) for reason in SUMMED_REASONS),
        *(asked(BATCHES, sums=[f"failedBy.{reason}"]) for reason in SUMMED_REASONS),
    ],
    "parley/services/upkeep/health_reports.py": [
        asked(paths.MESSAGE_QUEUE),
        asked(paths.MESSAGE_QUEUE, "givenUp >"),
        asked(paths.CAMPAIGN_STATUS, "state in"),
        asked(paths.DEAD_LETTERS, order="-parkedAt"),
        asked(paths.BULK_JOBS, "dueAt <=", order="dueAt", is_group=True),
        asked(paths.CAMPAIGN_QUEUE, "createdAt >=", "createdAt <=", order="-createdAt"),
        *(
            asked(
                inbox.collection,
                f"delivery.leaseExpireTime {op}",
                order="delivery.leaseExpireTime",
                is_group=inbox.is_group,
            )
            for inbox in INBOXES
            for op in ("<=", ">")
        ),
        *(
            asked(inbox.collection, "createdAt >=", "createdAt <=", order="-createdAt")
            for inbox in INBOXES
            if not inbox.is_group
        ),
    ],
    "parley/services/upkeep/pool_figures.py": [asked(paths.CAMPAIGN_STATUS, "state in")],
    "parley/services/campaigns/campaigns_of_person.py": [
        asked(paths.CAMPAIGN_QUEUE, "serviceId ==", order="-createdAt -__name__"),
        asked(BATCHES, "uids array-contains"),
    ],
    "parley/services/campaigns/explain_recipients.py": [asked(BATCHES, "uids array-contains")],
    "parley/services/campaigns/export_results.py": [
        asked(BATCHES, order="__name__"),
        *(asked(BATCHES, f"{state} >", order=f"{state} __name__") for state in STATES),
    ],
    "parley/services/campaigns/retry_failed.py": [asked(BATCHES)],
    "parley/services/delivery/members_of_large_groups.py": [asked(MEMBERS)],
    "parley/services/delivery/send_digests.py": [
        asked(paths.DIGEST_QUEUE, "dueAt <=", order="dueAt")
    ],
    "parley/services/delivery/unread_chats.py": [
        asked(ROWS, "updatedAt >=", order="-updatedAt"),
        asked(MESSAGES, "senderId not-in", "createdAt >", order="createdAt"),
    ],
    "parley/services/upkeep/find_commands.py": [asked(paths.CAMPAIGN_STATUS, "state in")],
    "parley/services/upkeep/wake_campaigns.py": [
        asked(paths.CAMPAIGN_STATUS, "wakeAt <=", order="wakeAt")
    ],
    "parley/services/upkeep/reconcile.py": [
        asked(paths.CHATS),
        asked(paths.CHATS, order="__name__"),
        asked(paths.CHATS, "serviceId =="),
        asked(paths.CAMPAIGN_STATUS),
        asked(paths.CAMPAIGN_STATUS, order="__name__"),
        asked(paths.CAMPAIGN_STATUS, "serviceId =="),
        asked(MEMBERS),
        asked(MESSAGES),
        asked(BATCHES),
        asked(paths.MESSAGE_QUEUE, "__name__ >", "__name__ <", order="__name__"),
    ],
    "parley/services/upkeep/redrive_letters.py": [
        asked(paths.DEAD_LETTERS),
        asked(paths.DEAD_LETTERS, "queue =="),
    ],
    "parley/services/upkeep/collect_results.py": [
        asked(paths.CAMPAIGN_STATUS, "resultsUntil >", order="resultsUntil"),
        asked(paths.MEMBERS, "readAt >", order="readAt", is_group=True),
        asked(paths.REPLIES, is_group=True),
    ],
    "parley/services/upkeep/find_sms_reports.py": [
        asked(paths.CAMPAIGN_SMS, "delivery.endTime >", order="delivery.endTime", is_group=True)
    ],
    "parley/services/campaigns/group_answers.py": [
        asked(MESSAGES, "createdAt >", order="createdAt")
    ],
    "parley/services/campaigns/record_results.py": [asked(BATCHES, "uids array-contains-any")],
    "parley/services/people/service_names.py": [asked(paths.SERVICES)],
    "parley/services/delivery/push_settings.py": [asked(paths.SERVICES, order="push")],
    "parley/services/chats/post_limits.py": [asked(paths.SERVICES, order="limits")],
    "parley/services/people/people_by_phone.py": [
        asked(PEOPLE, "phone in"),
        asked(paths.USERS, "phone in", is_group=True),
        asked(PEOPLE, "provenPhone in"),
        asked(paths.USERS, "provenPhone in", is_group=True),
        asked(paths.NON_CHAT_SMS_QUEUE, "serviceId ==", "to.userId ==", order="-createdAt"),
        asked(paths.CAMPAIGN_SMS, "to.userId ==", is_group=True),
    ],
    "parley/services/people/export_consents.py": [asked(PEOPLE, order="__name__")],
    "parley/services/chats/sms_senders.py": [
        asked(paths.SERVICES, "sms.from in"),
        asked(paths.SERVICES, "sms.messagingServiceSid in"),
    ],
    "parley/services/campaigns/send_batches.py": [asked(MEMBERS)],
    "parley/services/campaigns/ready_batches.py": [
        asked(BATCHES, "state =="),
        asked(BATCHES, "state ==", "lane =="),
        asked(BATCHES, "state ==", order="number"),
        asked(BATCHES, "heldUntil <="),
        asked(BATCHES, order="heldUntil"),
        asked(BATCHES, "fallbackAt <="),
        asked(BATCHES, order="fallbackAt"),
        asked(BATCHES, order="sendingSince"),
    ],
    "parley/services/chats/read_chats.py": [
        asked(ROWS, order="-updatedAt -__name__"),
        asked(MESSAGES, order="-createdAt -__name__"),
        asked(MESSAGES, "createdAt >=", order="-createdAt -__name__"),
        asked(MEMBERS, order="__name__"),
        asked(paths.CHATS, "serviceId ==", "kind ==", "state ==", order="__name__"),
    ],
    "parley/services/campaigns/read_campaigns.py": [
        asked(paths.CAMPAIGN_STATUS, "serviceId ==", order="__name__"),
        asked(paths.CAMPAIGN_STATUS, "serviceId ==", "state ==", order="__name__"),
    ],
    "parley/services/chats/report_messages.py": [
        asked(paths.REPORTS, "serviceId ==", "reporterId ==", "state =="),
        asked(paths.message_versions(ANY, ANY), order="-until"),
        asked(paths.message_versions(ANY, ANY), order="until"),
        asked(paths.message_versions(ANY, ANY)),
    ],
    "parley/services/delivery/blocked_authors.py": [
        asked(paths.BLOCKED, "createdAt >=", order="createdAt __name__", is_group=True)
    ],
    "parley/services/people/bans.py": [
        asked(paths.BANS, "at >"),
        asked(paths.BANS, "dueAt <="),
    ],
    "parley/services/upkeep/sweep_outbox.py": [
        asked(paths.MESSAGE_QUEUE, "shard in", "createdAt >=", "createdAt <", order="createdAt"),
    ],
    "parley/services/upkeep/sweep_campaigns.py": [
        asked(paths.CAMPAIGN_QUEUE, "createdAt >=", "createdAt <", order="createdAt"),
    ],
    "parley/services/upkeep/sweep_jobs.py": [
        *(
            one
            for inbox in INBOXES
            for one in (
                asked(
                    inbox.collection,
                    "createdAt >=",
                    "createdAt <",
                    order="createdAt",
                    is_group=inbox.is_group,
                ),
                asked(
                    inbox.collection,
                    "delivery.leaseExpireTime <=",
                    order="delivery.leaseExpireTime",
                    is_group=inbox.is_group,
                ),
                asked(inbox.collection, "delivery.state in", is_group=inbox.is_group),
                *(
                    [
                        asked(
                            inbox.collection,
                            "delivery.state ==",
                            "delivery.info.status ==",
                            is_group=inbox.is_group,
                        )
                    ]
                    if inbox.is_looked_up
                    else []
                ),
            )
        ),
    ],
    "parley/services/upkeep/sweep_blocks.py": [
        asked(paths.BLOCKED, "createdAt >=", "createdAt <", order="createdAt", is_group=True)
    ],
    "parley/services/upkeep/sweep_direct_chats.py": [
        asked(paths.CHATS, "kind ==", "createdAt >", order="createdAt createdBy")
    ],
    "parley/services/upkeep/sweep_sign_ups.py": [
        asked(paths.USERS, "createdAt >=", "createdAt <", order="createdAt"),
    ],
    "parley/services/upkeep/sweep_changed_messages.py": [
        asked(paths.MESSAGES, "editedAt >=", "editedAt <", order="editedAt", is_group=True),
        asked(paths.MESSAGES, "deletedAt >=", "deletedAt <", order="deletedAt", is_group=True),
    ],
    "parley/services/upkeep/sweep_mirrors.py": [
        asked(paths.service_users("default"), "mirrorDueAt <=", order="mirrorDueAt")
    ],
    "parley/services/upkeep/sweep_push_tokens.py": [
        asked(paths.USER_PUSH_TOKENS, order="__name__")
    ],
    "parley/services/upkeep/waiting_work.py": [asked(paths.CAMPAIGN_STATUS, "state ==")],
    "parley/services/upkeep/outbox_entries.py": [
        asked(paths.MESSAGE_QUEUE, "shard in", "createdAt >=", order="createdAt")
    ],
    "parley/services/upkeep/wake_cases.py": [
        asked(paths.CHATS, "snoozedUntil <=", order="snoozedUntil __name__"),
        asked(paths.CHATS, "snoozedUntil >", "snoozedUntil <=", order="snoozedUntil __name__"),
    ],
}

ALL: Sequence[Asked] = [
    *(one for queries in SERVER.values() for one in queries),
    *(one for queries in CLIENTS.values() for one in queries),
    *OTHERS,
]

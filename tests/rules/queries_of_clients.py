"""The queries of the web library, and of apps and dashboards that others write."""

from collections.abc import Mapping, Sequence

from schema import paths
from tests.rules.asked_queries import (
    ANY,
    AUDIT,
    AUDIT_OF_SERVICE,
    BATCHES,
    MEMBERS,
    MESSAGES,
    PEOPLE,
    RECEIVED,
    ROWS,
    Asked,
    asked,
)

CLIENTS: Mapping[str, Sequence[Asked]] = {
    "web/client/src/chatList.ts": [asked(ROWS, order="-updatedAt")],
    "web/client/src/caseViews.ts": [
        asked(ROWS, "assigneeId ==", order="-updatedAt -__name__"),
        asked(ROWS, "isUnread ==", order="-updatedAt -__name__"),
        asked(ROWS, "isUnanswered ==", order="-updatedAt -__name__"),
        asked(ROWS, "kind ==", order="-updatedAt -__name__"),
        asked(ROWS, "assigneeId =="),
        asked(ROWS, "isUnread =="),
        asked(ROWS, "isUnanswered =="),
        asked(ROWS, "kind =="),
        asked(paths.CHATS, "serviceId ==", "kind ==", order="-stateAt -__name__"),
        asked(paths.CHATS, "serviceId ==", "kind ==", "state ==", order="-stateAt -__name__"),
        # To count, without those that a campaign alone has written into.
        asked(paths.CHATS, "serviceId ==", "kind ==", order="-stateAt"),
        asked(paths.CHATS, "serviceId ==", "kind ==", "state ==", order="-stateAt"),
    ],
    "web/client/src/campaigns.ts": [
        asked(paths.CAMPAIGN_STATUS, "serviceId ==", order="-updatedAt"),
        asked(BATCHES, "uids array-contains-any"),
    ],
    "web/client/src/dashboard.ts": [
        asked(AUDIT, order="-at"),
        asked(paths.consent_histories(ANY, ANY), order="-at"),
        asked(paths.REPORTS, "serviceId ==", "state ==", order="-createdAt"),
        asked(PEOPLE, "tags array-contains"),
    ],
    "web/client/src/serviceRecords.ts": [
        asked(AUDIT_OF_SERVICE, order="-at -__name__"),
        asked(AUDIT_OF_SERVICE, "by ==", order="-at -__name__"),
        asked(AUDIT_OF_SERVICE, "action ==", order="-at -__name__"),
        asked(AUDIT_OF_SERVICE, "target ==", order="-at -__name__"),
        asked(AUDIT_OF_SERVICE, "by ==", "action ==", "target ==", order="-at -__name__"),
        asked(RECEIVED, order="-at -__name__"),
        asked(RECEIVED, "state ==", order="-at -__name__"),
    ],
    "web/client/src/notes.ts": [asked(f"{paths.chat(ANY)}/notes", order="-createdAt")],
    "web/client/src/shelf.ts": [
        asked(f"{paths.service(ANY)}/campaignDrafts", order="-updatedAt"),
    ],
    "web/client/src/health.ts": [
        asked(paths.DEAD_LETTERS, order="-parkedAt"),
        asked(paths.DEAD_LETTERS, "queue ==", order="-parkedAt"),
        asked(paths.DEAD_LETTERS, "serviceId ==", order="-parkedAt"),
        asked(paths.DEAD_LETTERS, "serviceId ==", "queue ==", order="-parkedAt"),
    ],
    "web/client/src/inbox.ts": [
        asked(paths.CHATS, "serviceId ==", "kind ==", "state =="),
        asked(paths.bulk_jobs(ANY), order="-createdAt"),
        asked(paths.bulk_jobs(ANY), "createdBy ==", order="-createdAt"),
    ],
    "web/client/src/largeGroups.ts": [
        asked(MESSAGES, "senderId not-in", order="createdAt"),
        asked(MESSAGES, "senderId not-in", "createdAt >", order="createdAt"),
    ],
    "web/client/src/receiptsShown.ts": [
        asked(f"{paths.CHAT_READ_RECEIPTS}/{ANY}/members", "readAt >")
    ],
    "web/client/src/messages.ts": [
        asked(MESSAGES, order="createdAt __name__"),
        asked(MESSAGES, order="-createdAt -__name__"),
        asked(MESSAGES, "createdAt >=", order="createdAt __name__"),
        asked(MESSAGES, "createdAt >=", order="-createdAt -__name__"),
    ],
}

# What apps and dashboards that others write may ask, since the contract lets them read it.
OTHERS: Sequence[Asked] = [
    asked(MEMBERS, "role =="),
    asked(MESSAGES, "senderId =="),
    asked(MESSAGES, "createdAt >", order="-createdAt"),
    asked(PEOPLE, "tags array-contains"),
    asked(PEOPLE, "phone >=", "phone <=", order="phone"),
    asked(PEOPLE, "email >=", "email <=", order="email"),
    asked(PEOPLE, "displayName >=", "displayName <=", order="displayName"),
    asked(paths.CHATS, "serviceId ==", "kind =="),
    asked(ROWS, "pinned ==", order="-updatedAt"),
    asked(ROWS, "archived ==", order="-updatedAt"),
    asked(ROWS, "archived ==", "pinned ==", order="-updatedAt"),
    asked(BATCHES, "uids array-contains"),
    asked(paths.CAMPAIGN_STATUS, "serviceId =="),
    asked(paths.CAMPAIGN_STATUS, "serviceId ==", "state =="),
    *(
        asked(inbox, "serviceId ==", order="-createdAt")
        for inbox in (
            paths.CAMPAIGN_QUEUE,
            paths.CAMPAIGN_MESSAGE_QUEUE,
            paths.NON_CHAT_SMS_QUEUE,
            paths.EMAIL_NOTIFICATIONS,
            paths.REPORTS,
        )
    ),
    *(
        asked(inbox, "serviceId ==", "delivery.state ==")
        for inbox in (
            paths.CAMPAIGN_MESSAGE_QUEUE,
            paths.NON_CHAT_SMS_QUEUE,
            paths.EMAIL_NOTIFICATIONS,
        )
    ),
    asked(AUDIT, "target ==", order="-at"),
]

"""Every path of the tree, in one place; nobody else spells one.

A path is relative to the database: ``chats/abc``. Collections end in ``s`` here as they do there.
"""

from __future__ import annotations

from schema import ids

SERVICES = "services"
USERS = "users"
PROFILES = "profiles"
CHATS = "chats"
CHAT_MESSAGES = "chatMessages"
MESSAGES = "messages"
"""The group of all chats' messages, by the last id that their collections share."""
PAST = "past"
"""The group of who has been a member of a chat before."""
VERSIONS = "versions"
"""The group of what all messages said before their edits."""
CHAT_READ_RECEIPTS = "chatReadReceipts"
CHAT_TYPING_INDICATORS = "chatTypingIndicators"
USER_CHATS = "userChats"
USER_PUSH_TOKENS = "userPushTokens"
PUSH_TOKEN_OWNERS = "pushTokenOwners"
USER_BLOCKS = "userBlocks"
BLOCKED = "blocked"
"""The group of all people's blocks."""
BLOCKED_BY = "blockedBy"
HOLDS = "holds"
BANS = "bans"
BUDGETS = "budgets"
INVITATIONS = "invitations"
CAMPAIGN_QUEUE = "campaignQueue"
CAMPAIGN_STATUS = "campaignStatus"
REPLIES = "replies"
"""The group of all campaigns' marks of replies."""
MEMBERS = "members"
"""The group of all receipts, beside members of chats, typing indicators and lists."""
CAMPAIGN_MESSAGE_QUEUE = "campaignMessageQueue"
MESSAGE_QUEUE = "messageQueue"
CAMPAIGN_SMS = "sms"
"""The group of all campaigns' SMS jobs."""
NON_CHAT_SMS_QUEUE = "nonChatSMSQueue"
EMAIL_NOTIFICATIONS = "emailNotifications"
DIGEST_QUEUE = "digestQueue"
SMS_SENDERS = "smsSenders"
REPORTS = "reports"
BULK_JOBS = "bulkJobs"
"""The group of all services' bulk jobs."""
DEAD_LETTERS = "deadLetters"
SUSPECTS = "suspects"
UPKEEP = "upkeep"


def service(service_id: str) -> str:
    return f"services/{service_id}"


def consent_history(service_id: str, uid: str, entry_id: str) -> str:
    """One change of a person's consent; entries are never changed."""
    return f"services/{service_id}/users/{uid}/consentHistory/{entry_id}"


def consent_histories(service_id: str, uid: str) -> str:
    """The collection of the changes of a person's consents."""
    return f"services/{service_id}/users/{uid}/consentHistory"


def sms_opt_out(service_id: str, phone: str) -> str:
    """The document that stands while a number is opted out of a service's SMS."""
    return f"services/{service_id}/smsOptOuts/{phone}"


def received_sms(service_id: str, sms_id: str) -> str:
    """One inbound SMS that stands in no chat."""
    return f"services/{service_id}/inboundSms/{sms_id}"


def service_of_user(path: str) -> str | None:
    """The service whose record of a person stands at this path, None for a person's own."""
    parts = path.split("/")
    return parts[1] if len(parts) == 4 and parts[0] == SERVICES else None


def email_template(service_id: str, name: str) -> str:
    return f"services/{service_id}/emailTemplates/{name}"


def canned_answer(service_id: str, answer_id: str) -> str:
    return f"services/{service_id}/cannedAnswers/{answer_id}"


def saved_view(service_id: str, view_id: str) -> str:
    return f"services/{service_id}/savedViews/{view_id}"


def bulk_jobs(service_id: str) -> str:
    """The collection of a service's jobs that change many cases."""
    return f"services/{service_id}/{BULK_JOBS}"


def bulk_job(service_id: str, job_id: str) -> str:
    return f"services/{service_id}/{BULK_JOBS}/{job_id}"


def bulk_part(service_id: str, job_id: str, number: int) -> str:
    """Up to 100 cases of a bulk job; the server's alone."""
    return f"services/{service_id}/{BULK_JOBS}/{job_id}/parts/{number:05d}"


def service_of_bulk_job(path: str) -> str:
    """The service whose bulk job stands at this path."""
    return path.split("/")[1]


def campaign_draft(service_id: str, draft_id: str) -> str:
    return f"services/{service_id}/campaignDrafts/{draft_id}"


def staff_of(service_id: str) -> str:
    """The collection of a service's staff."""
    return f"services/{service_id}/staff"


def staff(service_id: str, uid: str) -> str:
    return f"services/{service_id}/staff/{uid}"


def service_users(service_id: str) -> str:
    """The collection that audiences are taken from."""
    return f"services/{service_id}/users"


def service_user(service_id: str, uid: str) -> str:
    return f"services/{service_id}/users/{uid}"


def distribution_list(service_id: str, list_id: str) -> str:
    return f"services/{service_id}/distributionLists/{list_id}"


def list_members(service_id: str, list_id: str) -> str:
    """The collection of the people on a distribution list."""
    return f"services/{service_id}/distributionLists/{list_id}/members"


def list_member(service_id: str, list_id: str, uid: str) -> str:
    return f"services/{service_id}/distributionLists/{list_id}/members/{uid}"


def service_audits(service_id: str) -> str:
    return f"services/{service_id}/audit"


def service_audit(service_id: str, audit_id: str) -> str:
    return f"services/{service_id}/audit/{audit_id}"


def user(uid: str) -> str:
    return f"users/{uid}"


def profile(uid: str) -> str:
    return f"profiles/{uid}"


def ban(uid: str) -> str:
    return f"bans/{uid}"


def user_block(uid: str, other_uid: str) -> str:
    """The document that stands while ``uid`` blocks ``other_uid``."""
    return f"userBlocks/{uid}/blocked/{other_uid}"


def blocked_by(uid: str) -> str:
    """The server's list of the people who block ``uid``."""
    return f"{BLOCKED_BY}/{uid}"


def hold(uid: str) -> str:
    """Until when a person writes no blocks, because they wrote too many."""
    return f"{HOLDS}/{uid}"


def deletion_hold(uid: str) -> str:
    """The ``Hold`` of who deletes too many messages; the server's alone."""
    return f"{HOLDS}/{uid}:deletions"


def chat(chat_id: str) -> str:
    return f"chats/{chat_id}"


def chat_members(chat_id: str) -> str:
    return f"chats/{chat_id}/members"


def chat_member(chat_id: str, uid: str) -> str:
    return f"chats/{chat_id}/members/{uid}"


def past_member(chat_id: str, uid: str) -> str:
    return f"chats/{chat_id}/{PAST}/{uid}"


def chat_audits(chat_id: str) -> str:
    return f"chats/{chat_id}/audit"


def chat_audit(chat_id: str, audit_id: str) -> str:
    return f"chats/{chat_id}/audit/{audit_id}"


def chat_note(chat_id: str, note_id: str) -> str:
    """A private note of staff about a case."""
    return f"chats/{chat_id}/notes/{note_id}"


def chat_desk(chat_id: str, uid: str) -> str:
    """Whether one of the staff looks at a case, types there, and has unsent text."""
    return f"chats/{chat_id}/desk/{uid}"


def messages(chat_id: str) -> str:
    return f"chatMessages/{chat_id}/messages"


def message(chat_id: str, message_id: str) -> str:
    return f"chatMessages/{chat_id}/messages/{message_id}"


def chat_of_message(path: str) -> str:
    """The chat that the message at this path stands in."""
    return path.split("/")[1]


def message_versions(chat_id: str, message_id: str) -> str:
    """The texts that a message had before its edits; the server's alone."""
    return f"chatMessages/{chat_id}/messages/{message_id}/{VERSIONS}"


def message_version(chat_id: str, message_id: str, version_id: str) -> str:
    return f"chatMessages/{chat_id}/messages/{message_id}/{VERSIONS}/{version_id}"


def reaction(chat_id: str, message_id: str, uid: str) -> str:
    return f"chatMessages/{chat_id}/messages/{message_id}/reactions/{uid}"


def read_receipt(chat_id: str, uid: str) -> str:
    return f"chatReadReceipts/{chat_id}/members/{uid}"


def is_read_receipt(path: str) -> bool:
    """Whether a document of the group ``members`` is a receipt."""
    return path.startswith(f"{CHAT_READ_RECEIPTS}/")


def chat_of_receipt(path: str) -> str:
    """The chat that the receipt at this path is for."""
    return path.split("/")[1]


def typing_indicator(chat_id: str, uid: str) -> str:
    return f"chatTypingIndicators/{chat_id}/members/{uid}"


def user_chats(uid: str) -> str:
    return f"userChats/{uid}/chats"


def user_chat(uid: str, chat_id: str) -> str:
    """One row of a chat list; ``uid`` may be a ``service:`` member."""
    return f"userChats/{uid}/chats/{chat_id}"


def push_tokens(uid: str) -> str:
    return f"userPushTokens/{uid}"


def push_token_owner(token: str) -> str:
    """Who holds a push token; the server's alone."""
    return f"pushTokenOwners/{ids.push_token_id(token)}"


def budget(uid: str) -> str:
    """What a person's calls may still write; the server's alone."""
    return f"budgets/{uid}"


def invitations(uid: str) -> str:
    """What waits for a person's answer, and who rang them; the server's alone."""
    return f"{INVITATIONS}/{uid}"


def campaign(campaign_id: str) -> str:
    return f"campaignQueue/{campaign_id}"


def campaign_status(campaign_id: str) -> str:
    return f"campaignStatus/{campaign_id}"


def campaign_plan(campaign_id: str) -> str:
    """The fence of the planner; the server's alone."""
    return f"campaignStatus/{campaign_id}/plan/current"


def campaign_pace(campaign_id: str, lane: int) -> str:
    """When the next batch of a lane of a throttled campaign may go; the server's alone."""
    return f"campaignStatus/{campaign_id}/plan/pace{lane}"


def service_pace(service_id: str, channel: str, lane: int) -> str:
    """When the next batch within a lane of a service's budget may go; the server's alone."""
    return f"services/{service_id}/pace/{channel}{lane}"


def sms_usage(service_id: str, key: str) -> str:
    """How much of one of a service's limits on SMS is used."""
    return f"services/{service_id}/smsUsage/{key}"


def sms_sender(sender: str) -> str:
    """When a sender of SMS may send next; the server's alone."""
    return f"{SMS_SENDERS}/{sender}"


def campaign_batches(campaign_id: str) -> str:
    """The ledger of a campaign."""
    return f"campaignStatus/{campaign_id}/batches"


def campaign_batch(campaign_id: str, batch_id: str) -> str:
    return f"campaignStatus/{campaign_id}/batches/{batch_id}"


def reply_marks(campaign_id: str, batch_id: str) -> str:
    """Answers of a batch's people that are not in the ledger yet; the server's alone."""
    return f"campaignStatus/{campaign_id}/{REPLIES}/{batch_id}"


def campaign_sms(campaign_id: str, uid: str) -> str:
    """The SMS job of one recipient of a campaign; the server's alone."""
    return f"campaignStatus/{campaign_id}/{CAMPAIGN_SMS}/{uid}"


def campaign_number(campaign_id: str, number: str) -> str:
    """Which recipient of a campaign has a phone number; the server's alone."""
    return f"campaignStatus/{campaign_id}/numbers/{ids.phone_id(number)}"


def campaign_of_batch(path: str) -> str:
    """The campaign that the document at this path below a campaign's status belongs to."""
    return path.split("/")[1]


def mass_message(job_id: str) -> str:
    return f"campaignMessageQueue/{job_id}"


def message_queue(chat_id: str, message_id: str) -> str:
    return f"messageQueue/{ids.message_queue_id(chat_id, message_id)}"


def non_chat_sms(job_id: str) -> str:
    return f"nonChatSMSQueue/{job_id}"


def email_notification(job_id: str) -> str:
    return f"emailNotifications/{job_id}"


def digest(uid: str, service_id: str) -> str:
    """Whom an email may have to tell of unread messages; the server's alone."""
    return f"digestQueue/{uid}:{service_id}"


def report(report_id: str) -> str:
    return f"reports/{report_id}"


def dead_letter(dead_letter_id: str) -> str:
    return f"deadLetters/{dead_letter_id}"


def suspect(suspect_id: str) -> str:
    """How often a redelivered queue message was begun alone; the server's alone."""
    return f"suspects/{suspect_id}"


def upkeep_lease() -> str:
    """The lease of the process that runs the periodic tasks, for the server alone."""
    return "upkeep/lease"


def results_cursor() -> str:
    """How far receipts were looked through for results; the server's alone."""
    return "upkeep/results"


def last_recount() -> str:
    """What the last recount of the whole project found; the server's alone."""
    return "upkeep/recount"


def campaign_ramp() -> str:
    """How fast all campaigns together may write now; the server's alone."""
    return "upkeep/ramp"


def last_segment(path: str) -> str:
    """The id of the document at this path."""
    return path.rsplit("/", 1)[-1]

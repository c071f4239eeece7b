"""All limits. Lengths are in UTF-16 code units, as security rules count them."""

from __future__ import annotations

CHAT_BODY = 10_000
SMS_BODY = 1_600
SMS_PER_PERSON_PER_DAY = 10
"""How many SMS a service sends to one person on one day, unless it sets another number."""
EMAIL_SUBJECT = 998
"""The longest line of an email (RFC 5322, 2.1.1)."""
ATTACHMENTS = 10
ATTACHMENT_PATH = 512
"""``rules/storage.rules`` allows paths of up to 473."""
ATTACHMENT_TYPE = 128
ATTACHMENT_NAME = 256
"""The longest contentType and name, in code points; ``rules/firestore.rules`` repeats them."""
ATTACHMENT_BYTES = 25 * 1024 * 1024
"""The size of one file; ``rules/storage.rules`` repeats it."""
MENTIONS = 50
MESSAGE_ATTRIBUTES = 4_096
DISPLAY_NAME = 100
PHOTO_URL = 2_048
EMAIL = 320
EMAIL_ADDRESSES = 10_000
"""The length of one text of addresses."""
EMAIL_RECIPIENTS = 500
"""The most people of one email, ``to``, ``cc`` and ``bcc`` together."""
EMAIL_HEADERS = 20
EMAIL_HEADER_NAME = 76
EMAIL_HEADER = 20_000
"""The length of the values of all own headers together."""
EMAIL_TEMPLATE_NAME = 100
EMAIL_TEXT = 500_000
"""The length of ``text`` and of ``html``, as written and as rendered."""
EMAIL_PARTIALS = 20
EMAIL_PARTIALS_DEPTH = 5
"""How many templates one template renders, and how deeply they are nested."""
EMAIL_CONTENT_BYTES = 500 * 1024
"""The size of all files whose content is in the job's document."""
EMAIL_FILES_BYTES = 20 * 1024 * 1024
"""The size of all files of one email: in base64 they stay below the 30 MB that servers take."""
LOCALE = 35
TIME_ZONE = 64
USER_ATTRIBUTES_BYTES = 16 * 1024
ATTRIBUTES_DEPTH = 16
"""The depth of nested maps and lists. Firestore allows 20, and an audit entry adds two."""
ATTRIBUTES_PATH_BYTES = 1_400
"""The length in UTF-8 of a key of attributes, with its parent keys and dots. Firestore allows
1,500, and some are used by the fields that hold the attributes and their audit
(firebase.google.com/docs/firestore/quotas)."""
USER_TAGS = 50
TAG = 100
RETENTION_DAYS = 3_650
WEBHOOK = 2_048
REACTION = 16
CHAT_TITLE = 100
CHAT_TOPIC = 1_000
UNIQUE_NAME = 128

MEMBERS_PER_CALL = 450
"""The most people that one callable adds. Each costs a member and a row in one commit, which stays
near 500 writes and far below Firestore's 10 MiB (firebase.google.com/docs/firestore/quotas)."""

JOINED_NAMED = 20
"""The most people added at once who each get a system message and a push. For more, one
message has their number: nobody reads hundreds of lines, and each costs a trigger."""

PENDING_INVITATIONS = 100
"""The most unanswered invitations of one person; for a further one, an older one gives way."""

PENDING_FROM_ONE = 10
"""The most of them from one inviter."""

INVITATION_DAYS = 30
"""After how many days an unanswered invitation gives way to any other, and counts for nothing."""

RINGING_INVITERS = 10
"""How many inviters whom a person has not answered ring them within ``INVITER_DAYS``."""

RINGING_PAUSE_HOURS = 6
"""After how many hours without such a ring one more inviter rings them all the same."""

RINGS_KEPT = 100
"""The most rings of one person that are remembered."""

INVITER_DAYS = 7
"""How long somebody who invites or adds a person rings them no second time, unless the person
accepts, or has written to them."""

GROUPS_RUNG = 3
GROUPS_RUNG_SECONDS = 600
"""In how many groups one person rings another within so many seconds from the first: by adding
them, and by posts while writing to many groups. Counted by each worker process for itself."""
SCATTERED_GROUPS = 5
SCATTERED_SECONDS = 60
"""More groups than this that one person posts to in so many seconds are many."""

SMALL_GROUP = 100
"""The most members for which a message rewrites all rows and pushes to everybody."""

PUSHED_GROUP = 1_000
"""The most members for which a large group is pushed to; above, only mentioned members are."""

NOTE = 10_000
"""The length of a private note."""

DESK_SECONDS = 2
DESK_SHOWN_SECONDS = 45
DESK_RENEWED_SECONDS = 30
"""The shortest time between two writes of a desk (``rules/firestore.rules`` repeats it), how long a
desk shows its owner at the case, and how often it is renewed meanwhile."""
DESK_UNSENT = 5
"""How many answers on their way a desk keeps; the oldest, if there are more."""
DRAFT_STEP = 40
BULK_CASES = 10_000
"""The most cases of one bulk job; their ids fit into one commit."""
BULK_NAMED = 500
BULK_PART = 100
"""How many cases a job may name, and how many it works on between two looks at the job."""
BULK_JOB_ID = 59
"""The length of the id that a caller draws for a bulk job: room for that of its undoing."""
BULK_FAILURES_TOLD = 20
BULK_JOBS_AT_ONCE = 3
"""The most bulk jobs of one service that are not over."""
FOUND_CASES = 50
LETTERS_AT_ONCE = 100
"""How many dead letters one call puts back on their queues."""
TEST_PEOPLE = 10
"""The most people of one test of a campaign."""

REPORT_TEXT = 1_000
"""The length of a reporter's comment, and of a decision's note."""

OPEN_REPORTS = 100
"""The most open reports of one person in one service; more are refused."""

REPORT_VERSIONS_BYTES = 512 * 1024
"""The size, as JSON, of what a message said before, in a report: half of what Firestore takes."""

DEVICES = 20
MUTES = 4_096
"""The most muted chats of one person."""
PUSH_TOKEN = 4_096
PREVIEW = 140

CAMPAIGN_NAME = 100
CAMPAIGN_USER_IDS = 10_000
THROTTLE_PER_MINUTE = 1_000_000
FALLBACK_MINUTES = 1_440
FREQUENCY_CAP = 1_000
FREQUENCY_CAP_DAYS = 365
RESULTS_DAYS = 7
"""How long after its last message a campaign's results are collected."""

AWAITED_REPLIES = 10
"""Campaigns that await an answer in one chat; the oldest ones give way."""

CAMPAIGN_BATCH = 100
"""The most recipients in a batch: the unit of work, of commit and of retry."""
RAMP_OPERATIONS = 500
"""Operations a second with which campaigns begin on a real project, and what Firestore recommends
for a new range (cloud.google.com/firestore/docs/best-practices)."""
CAMPAIGN_RAMP = 1_000_000
"""The highest beginning that the setting takes."""
COMMIT_BYTES = 3 * 1024 * 1024
"""The estimated size above which a batch is split. The emulator takes 4 MiB and Firestore 10
(firebase.google.com/docs/firestore/quotas); many small commits are faster than few large ones."""
EXPORTED_ROWS = 5_000
"""The most rows in one page of a campaign's results: below the 10 MB of a callable's answer
(firebase.google.com/docs/functions/quotas)."""
FILTER_DEPTH = 5
FILTER_CONDITIONS = 50
FILTER_VALUES = 30
"""The most values of one ``in``, ``not-in`` or ``array-contains-any``: Firestore's own limit."""
RENDERED_LOOP_ITERATIONS = 1_000
RENDERED_STEPS = 25_000
"""The most steps of rendering a text for one person: parts, filters, items, and characters by the
hundred. A step takes two microseconds at most, so no text takes more than 50 ms for one person."""
RENDERED_BETWEEN = 1_000_000
"""The most characters of all values together that a text builds for one person without showing
them: what filters return, what ``assign`` and ``capture`` keep."""
TEMPLATE_TAGS = 2_000
"""The most tags and outputs of one template. Each takes some 25 microseconds to parse."""
TEMPLATE_CODE = 20_000
"""The most characters between the braces of one template, all tags and outputs together."""
RENDERED_TEXT = 4 * CHAT_BODY
"""The most characters of any text while rendering, the result included."""

PREVIEWED_PER_MINUTE = 200_000
"""After so many people in the previews of one service in a minute, in a process of the functions,
the next preview waits: each reads its whole audience."""

CAMPAIGNS_IN_PLANNING = 5
"""The most campaigns of one service that a worker process plans at once; the others wait."""

MASS_MESSAGE_USER_IDS = 500
INBOX_SHARDS = 32
PUSH_SOUND = 64
"""The length of a sound file's name, which shares the 4 KB of an iOS push."""
REPEATED_PUSH_SECONDS = 120
"""The age of a message up to which its push is repeated after a crash."""
PUSHES_IN_A_WINDOW = 3
"""The most pushes to one person for one chat in any ``PUSH_WINDOW_SECONDS``; what comes meanwhile
is told by one summary."""
PUSH_WINDOW_SECONDS = 10
BLOCKERS_KNOWN = 5_000
"""The most people who block one person and whose blocks hold in groups too."""
BLOCKS_FOLLOWED_A_MINUTE = 60
"""The most blocks and ends of blocks of one person that are followed at once, and that they write
before they rest; more are followed later."""
CHATS_CREATED_A_MINUTE = 60
"""The most direct chats that one person creates in a minute before they rest."""
DELETIONS_A_MINUTE = 300
"""The most messages of one person that are deleted in a minute before they rest from deleting."""
HOLD_SECONDS = 60
"""How long a person who blocks, or creates direct chats, too fast does neither; and how long who
deletes too fast deletes nothing."""

ARGUMENT_BYTES = 256 * 1024
"""The size of the arguments of one call, as JSON; larger ones are refused unread."""
LONG_ARGUMENT_BYTES = 1024 * 1024
"""The same for ``previewCampaign``, whose job may name 10,000 people and fits into a document, and
for ``importPeople``, whose ``csv`` has a limit of its own and is longer in JSON."""
ARGUMENT_DEPTH = 20
"""The depth of nested maps and lists in the arguments of a call, Firestore's own for documents."""
TOLD_ERRORS = 20
"""The most wrong arguments that an error spells out; all are counted."""
CALLS_PER_MINUTE = 120
"""The most calls of one person, over all callables, in a process."""
CALL_WRITES_PER_MINUTE = 2_000
"""The most documents that the calls of one person write in a minute."""
UNRESERVED_WRITES = 20
"""The most documents that a call writes without taking them from its person's own document."""

RECEIPT_SECONDS = 1
TYPING_SECONDS = 3
EDIT_SECONDS = 2
"""The shortest time between two writes of a receipt, of a typing indicator, and between two edits
of a message; ``rules/firestore.rules`` repeats them."""
TOKEN_CLAIMS_PER_MINUTE = 30
"""The most registrations of one person's devices that a process of the functions follows at once; a
later one, or the slow walk over all devices, makes up for the others."""
OWN_RECEIPT_SECONDS = 2
"""The same as the client library keeps it."""
RECEIPT_CHANGES = 6
"""After so many receipts of one person in ``FLAPPING_SECONDS``, which is more than the client
library writes, its listeners to receipts rest."""
FLAPPING_CHANGES = 12
FLAPPING_SECONDS = 10
RESTING_SECONDS = 60
"""After so many changes of one document in so many seconds, listeners of the client library to
typing, reactions and profiles rest so long: a document that is deleted and written anew has no
pace in the rules."""
CHANGED_ROWS_SECONDS = 1
"""The shortest time between two rewritings of a chat's rows for edits and deletions."""
POSTS_PER_SECOND = 5
POSTS_PER_MINUTE = 60
"""The most posts of one person in one chat, in any second and in any minute, unless the service
sets other numbers; who posts more is muted there."""
PERSON_POSTS_PER_MINUTE = 120
PERSON_ROWS_PER_MINUTE = 5_000
"""The most posts and edits of one person over several chats in any minute, and the most rows for
them: a post in a group of 100 counts as 100. Counted by each worker process for itself."""
FLOOD_MUTE_SECONDS = 60
"""How long who posts too fast is muted."""
CHOSEN_POSTS_PER_SECOND = 60
CHOSEN_POSTS_PER_MINUTE = 600
SLOW_MODE_SECONDS = 3_600
"""The highest that a service, and of slow mode a group, may choose."""
NOTED_POSTS = 600
"""How many posts of the last minute a chat notes, those of the busiest senders first."""
MIRROR_SECONDS = 10
"""The shortest time between two changes of a person that are carried into services."""


def length(text: str) -> int:
    """Return the length of a text in UTF-16 code units, as clients and rules count it."""
    if text.isascii():
        return len(text)
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


IMPORT_ARGUMENT_BYTES = 256 * 1024
"""The size of the ``csv`` argument of ``importPeople``; larger files go by ``path``."""
IMPORT_RECORD_BYTES = 1024 * 1024
"""The size of one record of an imported CSV file. A quote that is never closed reaches it."""
IMPORT_COLUMNS = 200
IMPORT_ERRORS = 5_000
"""The most errors that the answer to an import spells out; all are counted."""
IMPORT_FAILED_LINES = 4 * 1024 * 1024
"""The length of the text that names all lines with errors: half a million single lines, or ranges
of more."""
IMPORT_PATH = 512
IMPORT_FILE_BYTES = 512 * 1024 * 1024
"""The size of an uploaded file of people; ``rules/storage.rules`` repeats it."""

"""Every limit, in one place. Lengths are in UTF-16 code units, as security rules count them."""

from __future__ import annotations

CHAT_BODY = 10_000
SMS_BODY = 1_600
EMAIL_SUBJECT = 998
"""As long as a line of an email can be (RFC 5322, 2.1.1)."""
ATTACHMENTS = 10
ATTACHMENT_PATH = 512
"""The longest that ``rules/storage.rules`` lets a file have is 473."""
ATTACHMENT_TYPE = 128
ATTACHMENT_NAME = 256
"""The longest contentType and name, in code points, as ``rules/firestore.rules`` has them."""
ATTACHMENT_BYTES = 25 * 1024 * 1024
"""One file; ``rules/storage.rules`` repeats it."""
MENTIONS = 50
MESSAGE_ATTRIBUTES = 4_096
DISPLAY_NAME = 100
PHOTO_URL = 2_048
EMAIL = 320
LOCALE = 35
TIME_ZONE = 64
USER_ATTRIBUTES_BYTES = 16 * 1024
ATTRIBUTES_DEPTH = 16
"""Maps and lists in one another: Firestore holds 20, and an audit entry adds two more."""
ATTRIBUTES_PATH_BYTES = 1_400
"""A key of attributes with the keys that lead to it and the dots between, in UTF-8: Firestore holds
1,500, of which some go to the fields that the attributes and their audit stand in
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
"""People one callable adds: each costs a member and a row in one commit, which stays near the
500 writes and far below the 10 MiB that Firestore takes
(firebase.google.com/docs/firestore/quotas)."""

JOINED_NAMED = 20
"""People added at once up to whom each is named by a system message, and pushed to. Above it one
message tells their number: hundreds of lines are read by nobody, and each costs a trigger."""

SMALL_GROUP = 100
"""Members up to which a group's rows are rewritten and everybody is pushed to."""

PUSHED_GROUP = 1_000
"""Members up to which a large group is pushed to at all; above it, only those mentioned."""

REPORT_TEXT = 1_000
"""A reporter's comment, a decision's note."""

OPEN_REPORTS = 100
"""Reports of one person that wait for the staff of one service; more are refused until then."""

DEVICES = 20
MUTES = 4_096
"""Muted chats of one person."""
PUSH_TOKEN = 4_096
PREVIEW = 140

CAMPAIGN_NAME = 100
CAMPAIGN_USER_IDS = 10_000
THROTTLE_PER_MINUTE = 1_000_000
FALLBACK_MINUTES = 1_440
FREQUENCY_CAP = 1_000
FREQUENCY_CAP_DAYS = 365
CAMPAIGN_BATCH = 100
"""Recipients in a batch: the unit of work, of commit and of retry."""
COMMIT_BYTES = 3 * 1024 * 1024
"""The estimated size up to which a batch is one commit. The emulator takes 4 MiB and Firestore
10 (firebase.google.com/docs/firestore/quotas); many small commits beat few large ones."""
FILTER_DEPTH = 5
FILTER_CONDITIONS = 50
FILTER_VALUES = 30
"""Values of one ``in``, ``not-in`` or ``array-contains-any``, as many as Firestore takes."""
RENDERED_LOOP_ITERATIONS = 1_000
RENDERED_STEPS = 25_000
"""What rendering a text for one person may take: parts shown, filters, items, and characters by
the hundred. A step is some two microseconds, so no text keeps a worker for 100 ms."""
RENDERED_TEXT = 4 * CHAT_BODY
"""Characters of any text while rendering, the result included."""

MASS_MESSAGE_USER_IDS = 500
INBOX_SHARDS = 32
PUSH_SOUND = 64
"""The name of a sound file; all that iOS shows of a push shares 4 KB with it."""
REPEATED_PUSH_SECONDS = 120
"""A push is repeated after a crash only for messages younger than this."""


def length(text: str) -> int:
    """The length of a text in UTF-16 code units, as clients and rules count it."""
    if text.isascii():
        return len(text)
    return len(text.encode("utf-16-le", "surrogatepass")) // 2

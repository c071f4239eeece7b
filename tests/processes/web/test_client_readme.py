"""The example and the table of `web/client/README.md` fit the library, by the compiler's word."""

from __future__ import annotations

import re

from tests.client_library import CLIENT, check_examples

README = CLIENT / "README.md"

GIVEN = """
import type { PushTokens, ReadReceipt, ShownMessage } from 'parley-client';
import {
  attachmentPath, caseChatId, directChatId, isMuted, isRefusal, kindOf, LIMITS, newId, otherOf, receivedBy, seenBy, serviceMember,
} from 'parley-client';

const [act, error] = ['send a message', new Error()];
const dashboard = parley.dashboard('acme');
const [uid, messageId, installationId, token, serviceId, reportId, uniqueName] = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
const [displayName, photoUrl, locale, title, topic, body, attributes, comment, note] = ['h', 'i', 'j', 'k', 'l', 'm', '{}', 'o', 'p'];
const whoMayAddMe = 'contacts' as const;
const [userIds, mentions, replyTo, until] = [['a'], ['a'], 'b', new Date()];
const attachments = [{ path: 'a', contentType: 'b', size: 1, name: 'c' }];
declare const horizons: Map<string, ReadReceipt>;
declare const tokens: PushTokens;
declare const message: ShownMessage;
"""  # noqa: E501 - TypeScript, which has lines of its own
"""What the cells of the table take for known."""


def test_the_example_and_every_call_of_the_table_compile() -> None:
    first_cells = re.findall(r"^\| (.*?) \|", README.read_text(encoding="utf-8"), re.MULTILINE)
    calls = [call for cell in first_cells for call in re.findall(r"`([^`]+)`", cell)]

    ran = check_examples(README, GIVEN + "".join(f"void ({call});\n" for call in calls))

    assert len(calls) > 60
    assert ran.returncode == 0, ran.stdout

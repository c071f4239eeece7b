"""What Firebase finds: it loads this file and deploys each function that is imported here."""

from firebase_admin import initialize_app
from firebase_functions.options import MemoryOption, set_global_options

# Callables verify their callers' tokens with the default app. It connects to nothing here.
initialize_app()

# Before the imports below: a function takes the options over when it is decorated. They wait for
# Firestore and Pub/Sub nearly all of their time, so one instance serves many calls.
set_global_options(
    region="us-central1", memory=MemoryOption.MB_512, cpu=1, concurrency=80, max_instances=100
)

from callables.chats import createGroupChat, openCaseChat, openDirectChat  # noqa: E402
from callables.members import addMembers, leaveChat, removeMember, setRole  # noqa: E402
from callables.reports import reportMessage, resolveReport  # noqa: E402
from callables.updates import (  # noqa: E402
    updateCase,
    updateChat,
    updateService,
    updateServiceUser,
)
from triggers.campaigns import on_campaign_written  # noqa: E402
from triggers.messages import on_message_changed, on_message_queued  # noqa: E402
from triggers.push_tokens import on_push_tokens_written  # noqa: E402
from triggers.users import on_user_written  # noqa: E402

__all__ = [
    "addMembers",
    "createGroupChat",
    "leaveChat",
    "on_campaign_written",
    "on_message_changed",
    "on_message_queued",
    "on_push_tokens_written",
    "on_user_written",
    "openCaseChat",
    "openDirectChat",
    "removeMember",
    "reportMessage",
    "resolveReport",
    "setRole",
    "updateCase",
    "updateChat",
    "updateService",
    "updateServiceUser",
]

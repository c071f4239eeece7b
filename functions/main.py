"""The entry point of Firebase, which deploys each function that it finds in this module."""

from firebase_admin import initialize_app
from firebase_functions.options import MemoryOption, set_global_options

# Callables verify their callers' tokens with the default app. It connects to nothing here.
initialize_app()

# Before the imports below: a function takes the options when it is decorated. Functions wait for
# Firestore and Pub/Sub nearly all of their time, so one instance serves many calls.
set_global_options(
    region="us-central1", memory=MemoryOption.MB_512, cpu=1, concurrency=80, max_instances=100
)

import callables  # noqa: E402
import triggers  # noqa: E402
from webhooks import twilio_webhooks  # noqa: E402

FUNCTIONS = {**callables.ENDPOINTS, **triggers.ENDPOINTS, **twilio_webhooks.ENDPOINTS}
globals().update(FUNCTIONS)

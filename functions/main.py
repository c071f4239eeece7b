"""The entry point of Firebase, which deploys each function that it finds in this module.

The process of a function imports the kind of functions that it is one of: `FUNCTION_TARGET` names
it. Discovery names none, and finds all.
"""

import os

from firebase_admin import initialize_app
from firebase_functions.options import MemoryOption, set_global_options

# Callables verify their callers' tokens with the default app. It connects to nothing here.
initialize_app()

# Before the imports below: a function takes the options when it is decorated. Functions wait for
# Firestore and Pub/Sub nearly all of their time, so one instance serves many calls.
set_global_options(
    region="us-central1", memory=MemoryOption.MB_512, cpu=1, concurrency=80, max_instances=100
)

import function_kinds  # noqa: E402

FUNCTIONS = function_kinds.load(os.environ.get("FUNCTION_TARGET"))
globals().update(FUNCTIONS)

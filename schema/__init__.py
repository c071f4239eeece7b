"""What a document is: models of the Firestore tree and of the queue payloads.

The innermost layer. It imports nothing of Parley's, so rules, functions, workers, the stack and
the clients can all be checked against it.
"""

from schema import zones as zones  # Before anybody asks what time it is: see there.

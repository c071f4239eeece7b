#!/usr/bin/env bash
# google-cloud-firestore 2.34.1 (PyPI) with grpcio 1.85.3
#
# `BulkWriter.close()` waits for all writes, its documentation says, and the writer repeats those that
# failed. But `close` first forbids further writes, and to the writer a repetition is one: a server
# that was away for a moment during the last batch costs these documents, with an error that speaks of
# something else. `flush` before `close` repeats them. A write that stays refused, such as one that the
# caller may not make, is tried 16 times and then dropped: `flush` and `close` raise nothing.
#
# Seen, with a server that answers UNAVAILABLE once, or PERMISSION_DENIED always:
#   unavailable once, close             "BulkWriter is closed ...", 0 of 3 written
#   unavailable once, flush and close   no error, 3 of 3 written
#   always denied, flush and close      no error, 0 of 3 written, 16 attempts
set -euo pipefail

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check \
  google-cloud-firestore==2.34.1 grpcio==1.85.3

"$work/venv/bin/python" - <<'PYTHON'
import os
from concurrent.futures import ThreadPoolExecutor

import grpc
from google.auth.credentials import AnonymousCredentials
from google.cloud.firestore import Client
from google.cloud.firestore_v1.bulk_writer import BulkRetry, BulkWriterOptions
from google.cloud.firestore_v1.types import BatchWriteRequest, BatchWriteResponse, WriteResult
from google.rpc.status_pb2 import Status

UNAVAILABLE, PERMISSION_DENIED = 14, 7


def outcome(code, failures, *calls):
    """Write three documents; the server answers with a code so many times, and then takes them."""
    attempts, written = [], []

    def batch_write(request, context):
        attempts.append(len(request.writes))
        fails = len(attempts) <= failures
        written.extend([] if fails else request.writes)
        results = [WriteResult() for _ in request.writes]
        status = [Status(code=code if fails else 0) for _ in request.writes]
        return BatchWriteResponse(write_results=results, status=status)

    method = grpc.unary_unary_rpc_method_handler(
        batch_write, BatchWriteRequest.deserialize, BatchWriteResponse.serialize
    )
    server = grpc.server(ThreadPoolExecutor(4))
    server.add_generic_rpc_handlers(
        [
            grpc.method_handlers_generic_handler(
                "google.firestore.v1.Firestore", {"BatchWrite": method}
            )
        ]
    )
    os.environ["FIRESTORE_EMULATOR_HOST"] = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
    server.start()
    client = Client(project="demo", credentials=AnonymousCredentials())
    writer = client.bulk_writer(options=BulkWriterOptions(retry=BulkRetry.immediate))
    told = "no error"
    try:
        for number in range(3):
            writer.create(client.document(f"people/{number}"), {"number": number})
        for call in calls:
            getattr(writer, call)()
    except Exception as error:
        told = str(error)
    server.stop(None)
    print(*calls, "-", told, "-", len(written), "of 3 written,", len(attempts), "attempts")
    return told, len(written), len(attempts)


told, written, _ = outcome(UNAVAILABLE, 1, "close")
assert told.startswith("BulkWriter is closed") and written == 0, "changed"
assert outcome(UNAVAILABLE, 1, "flush", "close") == ("no error", 3, 2), "changed"
assert outcome(PERMISSION_DENIED, 99, "flush", "close") == ("no error", 0, 16), "changed"
PYTHON

import grpc
import pytest
from google.protobuf import any_pb2, duration_pb2
from google.rpc import error_details_pb2, status_pb2

from parley.adapters.firestore.error_mapping import commit_error, read_error
from parley.errors import (
    CommitOutcomeUnknown,
    CommitTooLarge,
    Conflict,
    ParleyError,
    RetryableError,
    StoreContended,
    StoreRejected,
    StoreUnavailable,
)

Code = grpc.StatusCode


def answer(code: grpc.StatusCode, details: str = "", wait: float | None = None) -> grpc.RpcError:
    trailing = grpc.aio.Metadata()
    if wait is not None:
        delay = duration_pb2.Duration(seconds=int(wait), nanos=int(wait % 1 * 1e9))
        packed = any_pb2.Any()
        packed.Pack(error_details_pb2.RetryInfo(retry_delay=delay))
        status = status_pb2.Status(code=8, details=[packed])
        trailing.add("grpc-status-details-bin", status.SerializeToString())
    return grpc.aio.AioRpcError(code, grpc.aio.Metadata(), trailing, details)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (Code.NOT_FOUND, Conflict),
        (Code.ALREADY_EXISTS, Conflict),
        (Code.FAILED_PRECONDITION, Conflict),
        (Code.ABORTED, StoreContended),
        (Code.RESOURCE_EXHAUSTED, StoreUnavailable),
        (Code.UNAUTHENTICATED, StoreUnavailable),
        (Code.DEADLINE_EXCEEDED, CommitOutcomeUnknown),
        (Code.CANCELLED, CommitOutcomeUnknown),
        (Code.UNKNOWN, CommitOutcomeUnknown),
        (Code.INTERNAL, CommitOutcomeUnknown),
        (Code.UNAVAILABLE, CommitOutcomeUnknown),
        (Code.INVALID_ARGUMENT, StoreRejected),
        (Code.PERMISSION_DENIED, StoreUnavailable),
        (Code.UNIMPLEMENTED, StoreRejected),
        (Code.OUT_OF_RANGE, StoreRejected),
        (Code.DATA_LOSS, StoreRejected),
    ],
)
def test_a_commits_status_tells_whether_it_may_have_been_applied(
    code: grpc.StatusCode, kind: type[ParleyError]
) -> None:
    assert type(commit_error(answer(code))) is kind


@pytest.mark.parametrize(
    "details",
    [
        "failed to connect to all addresses; last error: UNKNOWN: Connection refused",
        "DNS resolution failed for firestore.googleapis.com",
        "Getting metadata from plugin failed with error: timed out",
    ],
)
def test_an_unsent_commit_was_not_applied(details: str) -> None:
    assert type(commit_error(answer(Code.UNAVAILABLE, details))) is StoreUnavailable


@pytest.mark.parametrize(
    ("code", "details"),
    [
        (Code.NOT_FOUND, "The database (default) does not exist for project p"),
        (Code.FAILED_PRECONDITION, "not available for Firestore in Datastore Mode database"),
    ],
)
def test_permanent_errors_are_rejections(code: grpc.StatusCode, details: str) -> None:
    assert type(commit_error(answer(code, details))) is StoreRejected


@pytest.mark.parametrize(
    ("code", "details"),
    [
        (Code.RESOURCE_EXHAUSTED, "Received message larger than max (11000000 vs. 10485760)"),
        (Code.RESOURCE_EXHAUSTED, "gRPC message exceeds maximum size 4194304: 4512345"),
        (Code.INVALID_ARGUMENT, "Request payload size exceeds the limit: 11534336 bytes."),
        (Code.INVALID_ARGUMENT, "Transaction too big. Decrease transaction size."),
        (Code.INVALID_ARGUMENT, "datastore transaction or write too big."),
        (Code.INVALID_ARGUMENT, "maximum 500 writes allowed per request"),
    ],
)
def test_a_commit_that_is_too_large_has_its_own_error(code: grpc.StatusCode, details: str) -> None:
    error = commit_error(answer(code, details))
    assert type(error) is CommitTooLarge
    assert isinstance(error, StoreRejected)
    assert type(read_error(answer(code, details))) is StoreRejected


@pytest.mark.parametrize(
    "details", ["Quota exceeded.", "Too many requests for this database", "", "Bandwidth exhausted"]
)
def test_an_exhausted_quota_is_not_a_commit_that_is_too_large(details: str) -> None:
    assert type(commit_error(answer(Code.RESOURCE_EXHAUSTED, details))) is StoreUnavailable


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (Code.UNAVAILABLE, StoreUnavailable),
        (Code.DEADLINE_EXCEEDED, StoreUnavailable),
        (Code.INTERNAL, StoreUnavailable),
        (Code.ABORTED, StoreUnavailable),
        (Code.FAILED_PRECONDITION, StoreRejected),
        (Code.NOT_FOUND, StoreRejected),
        (Code.INVALID_ARGUMENT, StoreRejected),
    ],
)
def test_a_reads_status_tells_whether_it_may_work_later(
    code: grpc.StatusCode, kind: type[ParleyError]
) -> None:
    assert type(read_error(answer(code, "why"))) is kind


def test_the_servers_wait_is_kept() -> None:
    error = commit_error(answer(Code.RESOURCE_EXHAUSTED, "slow down", wait=2.5))
    assert isinstance(error, RetryableError)
    assert error.retry_after == 2.5
    assert "slow down" in str(error)


@pytest.mark.parametrize(
    "details",
    [
        "The query requires an index. You can create it here: https://console.firebase.google.com/",
        "The query requires an index. That index is currently building and cannot be used yet.",
    ],
)
def test_a_query_whose_index_is_not_there_yet_is_tried_again(details: str) -> None:
    found = read_error(answer(Code.FAILED_PRECONDITION, details))

    assert type(found) is StoreUnavailable
    assert details in str(found)

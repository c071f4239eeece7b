"""The methods of Firestore's gRPC service that the store calls, with their request messages.

Requests and answers are the plain generated messages.
"""

from __future__ import annotations

from typing import Any, Final

import grpc

from parley.adapters.firestore.messages import firestore

CommitRequest: Final = firestore.CommitRequest.pb()
BatchGetRequest: Final = firestore.BatchGetDocumentsRequest.pb()
BatchGetResponse: Final = firestore.BatchGetDocumentsResponse.pb()
RunQueryRequest: Final = firestore.RunQueryRequest.pb()
RunQueryResponse: Final = firestore.RunQueryResponse.pb()
AggregationRequest: Final = firestore.RunAggregationQueryRequest.pb()

BATCH_GET: Final = "/google.firestore.v1.Firestore/BatchGetDocuments"
_COMMIT: Final = "/google.firestore.v1.Firestore/Commit"
RUN_QUERY: Final = "/google.firestore.v1.Firestore/RunQuery"
_RUN_AGGREGATION: Final = "/google.firestore.v1.Firestore/RunAggregationQuery"


class Calls:
    """The methods on one channel."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self.commit: Any = channel.unary_unary(
            _COMMIT, CommitRequest.SerializeToString, firestore.CommitResponse.pb().FromString
        )
        self.batch_get: Any = channel.unary_stream(
            BATCH_GET, BatchGetRequest.SerializeToString, BatchGetResponse.FromString
        )
        self.run_query: Any = channel.unary_stream(
            RUN_QUERY,
            RunQueryRequest.SerializeToString,
            RunQueryResponse.FromString,
        )
        self.run_aggregation: Any = channel.unary_stream(
            _RUN_AGGREGATION,
            AggregationRequest.SerializeToString,
            firestore.RunAggregationQueryResponse.pb().FromString,
        )

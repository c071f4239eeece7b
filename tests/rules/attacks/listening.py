"""A listener over the protocol, which tells what a client is told, when, and why it ends."""

import queue
import threading
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Any

import grpc
from google.api_core.exceptions import Cancelled, GoogleAPICallError
from google.cloud import firestore
from google.cloud.firestore_v1.types import ListenRequest, ListenResponse, StructuredQuery, Target

HEARD_SECONDS = 30.0


class Listener:
    """Listens to a document, or to a collection, from entering on until leaving.

    `documents` are the ids that were told so far; `denied` is whether the rules have ended it.
    """

    def __init__(self, client: firestore.Client, path: str) -> None:
        self.documents: list[str] = []
        self.current = False
        self.denied = False
        self._answers: queue.Queue[ListenResponse | GoogleAPICallError] = queue.Queue()
        self._left = threading.Event()
        database = client._database_string
        request = ListenRequest(database=database, add_target=target(database, path))
        self._stream: Any = client._firestore_api.listen(
            requests=self._requests(request), metadata=client._rpc_metadata
        )
        self._reader = threading.Thread(target=self._read, daemon=True)

    def __enter__(self) -> "Listener":
        self._reader.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._left.set()
        self._stream.cancel()
        self._reader.join(HEARD_SECONDS)

    def until(self, condition: Callable[["Listener"], bool]) -> None:
        """Hear on until this holds; `queue.Empty` if nothing more is said within the deadline."""
        while not condition(self):
            answer = self._answers.get(timeout=HEARD_SECONDS)
            if isinstance(answer, GoogleAPICallError):
                raise answer
            self._take(answer)

    def _take(self, answer: ListenResponse) -> None:
        if answer.document_change.document.name:
            self.documents.append(answer.document_change.document.name.rsplit("/", 1)[-1])
        change = answer.target_change
        if change.target_change_type == change.TargetChangeType.CURRENT:
            self.current = True
        if change.cause.code == grpc.StatusCode.PERMISSION_DENIED.value[0]:
            self.denied = True

    def _requests(self, first: ListenRequest) -> Iterator[ListenRequest]:
        yield first
        self._left.wait()

    def _read(self) -> None:
        try:
            for answer in self._stream:
                self._answers.put(answer)
        except Cancelled:
            pass
        except GoogleAPICallError as error:
            self._answers.put(error)


def target(database: str, path: str) -> Target:
    name = f"{database}/documents/{path}"
    if path.count("/") % 2:
        return Target(documents=Target.DocumentsTarget(documents=[name]), target_id=1)
    parent, collection = name.rsplit("/", 1)
    everything = StructuredQuery(
        from_=[StructuredQuery.CollectionSelector(collection_id=collection)]
    )
    asked = Target.QueryTarget(parent=parent, structured_query=everything)
    return Target(query=asked, target_id=1)

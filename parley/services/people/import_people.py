"""Import people, and the members of a distribution list, from a CSV file.

The file is streamed: memory holds a few blocks of lines, and a hash of 64 bits for each uid. Each
block is one commit of at most 500 writes, under the update times of the records that it changes. So
an import that was cut off is repeated, and changes only what is missing.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence

from parley.domain.access import (
    ADMINS,
    Caller,
    RefusalKind,
    Refused,
    not_found,
    require_staff,
)
from parley.domain.people.csv_records import CsvRecord, CsvRecords, UnreadableCsv
from parley.domain.people.import_columns import Columns, read_columns
from parley.domain.people.import_report import ImportReport
from parley.domain.people.import_rows import ImportProblem, PersonRow, read_row, shortened
from parley.domain.people.import_writes import Imported, ImportInto, Known, import_row
from parley.domain.people.seen_uids import SeenUids
from parley.domain.people.service_changes import ServiceChange, audit_entry
from parley.domain.people_requests import ImportPeople as Request
from parley.domain.ports import Files, IdFactory
from parley.errors import FileMissing
from parley.store import Store, Write
from parley.store.commit_loop import commit_with_retry
from schema import paths
from schema.reasons import CallableReason

_BLOCK_WRITES = 450
"""Writes of one commit; Firestore was long limited to 500."""

_BLOCK_BYTES = 1_000_000
"""The size of the lines above which a block ends early."""

_BLOCKS_AT_ONCE = 4

OnFailed = Callable[[Sequence[str], Sequence[str], str], None]
"""Takes the titles, the cells of a line that was not imported, and why."""


class ImportPeople:
    """``importPeople``, for owners and admins."""

    def __init__(self, *, store: Store, files: Files, new_ids: IdFactory) -> None:
        self._store = store
        self._files = files
        self._ids = new_ids

    async def run(
        self,
        *,
        caller: Caller,
        request: Request,
        chunks: AsyncIterator[bytes] | None = None,
        on_failed: OnFailed | None = None,
        on_progress: Callable[[int], None] = lambda rows: None,
    ) -> ImportReport:
        """Import a file and return what became of its lines.

        ``chunks`` is the file of a caller that has it at hand, in place of the request's. Raise
        ``Refused`` if the file as a whole cannot be read; then the lines before the fault are
        imported already, and a repeat leaves them as they are.
        """
        await self._check(caller, request)
        into = ImportInto(request.service_id, request.list_id, by=caller.id, id=self._ids.new_id())
        run = _Run(self._store, request, into, on_failed, on_progress)
        try:
            await run.read(chunks if chunks is not None else self._open(request))
        except UnreadableCsv as error:
            done = run.report.imported
            before = f". {done} lines before it were imported" if done else ""
            raise Refused(
                RefusalKind.INVALID,
                CallableReason.UNREADABLE_FILE,
                f"{'path' if request.path else 'csv'}: {error}{before}",
            ) from error
        except FileMissing as error:
            raise not_found(CallableReason.UNKNOWN_FILE, f"path: {error}") from error
        if not request.dry_run and run.report.imported:
            change = ServiceChange(
                self._ids.new_id(), request.service_id, caller.id, "peopleImported"
            )
            await self._store.commit([audit_entry(change, {}, run.report.counts())])
        return run.report

    def _open(self, request: Request) -> AsyncIterator[bytes]:
        if request.path is not None:
            return self._files.open(request.path)
        return _once((request.csv or "").encode("utf-8", "surrogatepass"))

    async def _check(self, caller: Caller, request: Request) -> None:
        """Refuse callers who may not import, and a list that people cannot be put on."""
        service_id, list_id = request.service_id, request.list_id
        named = [paths.staff(service_id, caller.id), paths.service(service_id)]
        if list_id is not None:
            named.append(paths.distribution_list(service_id, list_id))
        staff, service, *lists = await self._store.get_many(named)
        require_staff(caller, service_id, staff, ADMINS, field="serviceId")
        if service is None:
            raise not_found(CallableReason.UNKNOWN_SERVICE, f"there is no service {service_id!r}")
        for one in lists:
            if one is None:
                raise not_found(
                    CallableReason.UNKNOWN_LIST,
                    f"listId: the service has no list {list_id!r}; create it, then import",
                )
            if one.fields.get("where") is not None:
                raise Refused(
                    RefusalKind.FAILED_PRECONDITION,
                    CallableReason.UNKNOWN_LIST,
                    f"listId: the list {list_id!r} is a saved filter, which has no members",
                    "import without listId, or into a list of members",
                )


class _Run:
    """One import, from the first line to the last."""

    def __init__(
        self,
        store: Store,
        request: Request,
        into: ImportInto,
        on_failed: OnFailed | None,
        on_progress: Callable[[int], None],
    ) -> None:
        self._into = into
        self.report = ImportReport()
        self._store = store
        self._request = request
        self._on_failed = on_failed
        self._on_progress = on_progress
        self._columns: Columns | None = None
        self._seen = SeenUids()
        self._block: list[PersonRow] = []
        self._block_size = 0
        self._block_lines = 1
        self._commits: set[asyncio.Task[None]] = set()

    async def read(self, chunks: AsyncIterator[bytes]) -> None:
        """Import all records; what was begun ends before an error is raised."""
        records = CsvRecords()
        try:
            async for chunk in chunks:
                for record in records.feed(chunk):
                    await self._take(record)
            for record in records.end():
                await self._take(record)
            if self._columns is None:
                raise UnreadableCsv("the file is empty; its first line names the columns")
        finally:
            await self._flush()
            await self._wait(at_most=0)

    async def _take(self, record: CsvRecord) -> None:
        if self._columns is None:
            if record.wrong is not None:
                raise UnreadableCsv(f"line {record.line}: {record.wrong}")
            self._columns = read_columns(record.cells, self._request.mapping or {})
            self._block_lines = _BLOCK_WRITES // self._columns.writes
            return
        self.report.rows += 1
        row = read_row(record, self._columns)
        if isinstance(row, list):
            self.report.failed += 1
            self._tell(record.cells, row)
            return
        if not self._seen.add(row.uid):
            self.report.duplicates += 1
            self._tell(row.cells, [self._problem(row, "is on an earlier line, which counts")])
            return
        self._block.append(row)
        self._block_size += sum(map(len, row.cells))
        if len(self._block) >= self._block_lines or self._block_size >= _BLOCK_BYTES:
            await self._flush()

    async def _flush(self) -> None:
        block, self._block, self._block_size = self._block, [], 0
        if not block:
            return
        await self._wait(at_most=_BLOCKS_AT_ONCE - 1)
        self._commits.add(asyncio.create_task(self._import(block)))

    async def _wait(self, *, at_most: int) -> None:
        """Wait until this many commits are on their way; raise what went wrong in one."""
        while len(self._commits) > at_most:
            done, self._commits = await asyncio.wait(
                self._commits, return_when=asyncio.FIRST_COMPLETED
            )
            for task in done:
                task.result()

    async def _import(self, block: list[PersonRow]) -> None:
        decided: list[Imported] = []

        async def decide() -> list[Write]:
            nonlocal decided
            known = await self._known(block)
            again = [
                import_row(row, one, self._into) for row, one in zip(block, known, strict=True)
            ]
            writes = [write for one in again for write in one.writes]
            # After a lost answer nothing is left to write; the first decision tells what was done.
            if writes or not decided:
                decided = again
            return [] if self._request.dry_run else writes

        await commit_with_retry(self._store, decide, what=f"people of {self._request.service_id}")
        for row, one in zip(block, decided, strict=True):
            if one.wrong is not None:
                self.report.failed += 1
                self._tell(row.cells, [self._problem(row, one.wrong)])
            else:
                self.report.count(one.outcome)
        self._on_progress(self.report.rows)

    async def _known(self, block: list[PersonRow]) -> list[Known]:
        service_id, list_id = self._request.service_id, self._request.list_id
        uids = [row.uid for row in block]
        groups = [
            [paths.service_user(service_id, uid) for uid in uids],
            [paths.user(uid) for uid in uids],
        ]
        if list_id is not None:
            groups.append([paths.list_member(service_id, list_id, uid) for uid in uids])
        found = await self._store.get_many([path for group in groups for path in group])
        size = len(uids)
        columns = [found[start : start + size] for start in range(0, len(found), size)]
        return [Known(*of_person) for of_person in zip(*columns, strict=True)]

    def _problem(self, row: PersonRow, message: str) -> ImportProblem:
        assert self._columns is not None
        title = self._columns.titles[self._columns.uid]
        return ImportProblem(row.line, shortened(title), shortened(row.uid), message)

    def _tell(self, cells: Sequence[str], problems: Sequence[ImportProblem]) -> None:
        self.report.add(problems)
        if self._on_failed is not None and self._columns is not None:
            why = "; ".join(
                f"{one.column}: {one.message}" if one.column else one.message for one in problems
            )
            self._on_failed(self._columns.titles, cells, why)


async def _once(content: bytes) -> AsyncIterator[bytes]:
    yield content

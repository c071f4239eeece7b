"""The control side of every stand-in, under `/_/`: the journal and the faults."""

from aiohttp import web
from pydantic import ValidationError

from emulator.faults import FAULTS, FaultPlan
from emulator.journal import Journal


class Control:
    """Serves `/_/messages` and `/_/faults` for one stand-in."""

    def __init__(self, journal: Journal, plan: FaultPlan) -> None:
        self._journal = journal
        self._plan = plan

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/_/messages", self.read_messages),
            web.delete("/_/messages", self.clear_messages),
            web.get("/_/faults", self.read_faults),
            web.put("/_/faults", self.replace_faults),
        ]

    async def read_messages(self, request: web.Request) -> web.StreamResponse:
        """Answer the journal; `?after=N` skips the first N entries, for polling."""
        try:
            after = max(0, int(request.query.get("after", "0")))
        except ValueError:
            return web.json_response({"error": "after must be a whole number"}, status=400)
        headers = {"Content-Type": "application/json", "X-Total-Count": str(len(self._journal))}
        answer = web.StreamResponse(headers=headers)
        await answer.prepare(request)
        for chunk in self._journal.chunks(after):
            await answer.write(chunk)
        await answer.write_eof()
        return answer

    async def clear_messages(self, request: web.Request) -> web.Response:
        self._journal.clear()
        return web.Response(status=204)

    async def read_faults(self, request: web.Request) -> web.Response:
        text = FAULTS.dump_json(self._plan.faults, by_alias=True, exclude_none=True)
        return web.Response(body=text, content_type="application/json")

    async def replace_faults(self, request: web.Request) -> web.Response:
        """Replace all faults; an empty list ends them."""
        try:
            faults = FAULTS.validate_json(await request.read())
        except ValidationError as error:
            problems = error.errors(include_url=False, include_context=False)
            return web.json_response({"error": problems}, status=400)
        self._plan.replace(faults)
        return await self.read_faults(request)

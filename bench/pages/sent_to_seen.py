"""From a person's tap on Send to the message on a colleague's screen, beside a bare listener.

In turns: one message through the chat client to the dashboard, one through the Firebase SDK alone
to a listener that only looks at the clock. Both pairs of pages run in the same Chromium, on the
same emulators, in chats of the same kind, and commit the same two documents.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from playwright.async_api import Page

from bench.figures import quantile
from bench.pages.counting import EMPTY_PAGE
from bench.pages.many_cases import DASHBOARD, commit_all
from bench.pages.verdicts import Finding
from bench.pages.world import HERE, PHONE, World, resident
from emulator.bundles import bundle
from emulator.sign_ins import PASSWORD, SERVICE
from parley.store import Set, Write
from schema import ids, paths

MESSAGES = 50
WARM_UP = 5
TIMES = 1.5
_APART_SECONDS = 0.5
"""Each chat gets one message in twice this time: nobody posts so fast as to be muted."""
_TYPED_SECONDS = 0.3

_STAMP_CLICKS = """() => {
  addEventListener('click', () => {
    window.clickedAt = performance.timeOrigin + performance.now();
  }, { capture: true });
}"""
_STAMP_SHOWN = """() => {
  window.shownAt = {};
  const stamp = (found) => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      const at = performance.timeOrigin + performance.now();
      for (const body of found) window.shownAt[body] ??= at;
    };
    port2.postMessage(null);
  });
  const log = document.querySelector('[role=log]');
  new MutationObserver((changes) => {
    const added = changes.flatMap(({ addedNodes }) => [...addedNodes]);
    const text = added.map(({ textContent }) => textContent).join(' ');
    const found = text.match(/ours-\\d+-/g);
    if (found) stamp(found);
  }).observe(log, { childList: true, subtree: true });
}"""


async def measure(world: World, messages: int = MESSAGES) -> list[Finding]:
    """Send so many messages each way; the first few do not count."""
    await commit_all(world.app.store, [*_case("ann"), *_case("ben")])
    chatting, dashboard = await _our_pages(world)
    sender, listener = await _bare_pages(world)
    ours: list[float] = []
    bare: list[float] = []
    for number in range(WARM_UP + messages):
        await asyncio.sleep(_APART_SECONDS)
        ours.append(await _ours(chatting, dashboard, f"ours-{number}-"))
        await asyncio.sleep(_APART_SECONDS)
        bare.append(await _bare(sender, listener, f"bare-{number}-"))
    for page in (chatting, dashboard, sender, listener):
        await page.context.close()
    return [
        _finding("median", ours[WARM_UP:], bare[WARM_UP:], 0.5),
        _finding("p95", ours[WARM_UP:], bare[WARM_UP:], 0.95),
    ]


def _finding(name: str, ours: list[float], bare: list[float], share: float) -> Finding:
    mine, other = quantile(ours, share), quantile(bare, share)
    note = f"{mine:.0f} ms on the screen, {other:.0f} ms at the listener"
    return Finding(f"message sent to seen, {name}", round(mine / other, 2), "times", TIMES, note)


def _case(uid: str) -> list[Write]:
    """An open case as the server leaves it, in both lists."""
    chat_id = ids.case_chat_id(uid, SERVICE)
    at = datetime.now(UTC)
    both = {"serviceId": SERVICE, "kind": "case"}
    standing = {"state": "open", "stateAt": at, "memberIds": [uid, DASHBOARD], "memberCount": 2}
    row = both | {"messageCount": 0, "readCount": 0, "updatedAt": at}
    flags = {"assigneeId": None, "isUnread": False, "isUnanswered": False, "otherUid": uid}
    created = {"createdBy": uid, "createdAt": at, "messageCount": 0}
    return [
        Set(paths.chat(chat_id), both | standing | created),
        Set(paths.user_chat(DASHBOARD, chat_id), row | flags),
        Set(paths.user_chat(uid, chat_id), row),
        *(
            Set(paths.chat_member(chat_id, member), {"role": "member", "joinedAt": at})
            for member in (uid, DASHBOARD)
        ),
    ]


async def _our_pages(world: World) -> tuple[Page, Page]:
    chat_id = ids.case_chat_id("ann", SERVICE)
    chatting = await world.page(width=PHONE[0], height=PHONE[1])
    await world.sign_in(chatting, "ann", f"/chat/chats/{chat_id}")
    await chatting.get_by_role("textbox", name="Message").wait_for()
    await chatting.evaluate(_STAMP_CLICKS)
    dashboard = await world.page()
    await world.sign_in(dashboard, "sam", f"/inbox/{chat_id}")
    await dashboard.get_by_role("log").wait_for()
    await dashboard.get_by_role("textbox", name="Reply").wait_for()
    await dashboard.evaluate(_STAMP_SHOWN)
    return chatting, dashboard


async def _bare_pages(world: World) -> tuple[Page, Page]:
    sender, listener = await world.page(), await world.page()
    program = await asyncio.to_thread(bundle, HERE / "bare.ts", for_browser=True)
    ports = world.stack.ports
    asked = f"project={world.app.settings.project_id}&auth={ports.auth}&firestore={ports.firestore}"
    for page, uid in ((sender, "ben"), (listener, "sam")):
        await page.goto(f"http://localhost:{ports.test_page}{EMPTY_PAGE}?{asked}")
        await page.add_script_tag(path=program, type="module")
        await page.wait_for_function("() => window.bare !== undefined")
        signed_in = [resident(uid).email, PASSWORD]
        await page.evaluate("([email, password]) => window.bare.signIn(email, password)", signed_in)
    await listener.evaluate("(chat) => window.bare.listen(chat)", ids.case_chat_id("ben", SERVICE))
    return sender, listener


async def _ours(chatting: Page, dashboard: Page, body: str) -> float:
    """Return the milliseconds from the click to the frame with the message."""
    await chatting.get_by_role("textbox", name="Message").fill(body)
    await asyncio.sleep(_TYPED_SECONDS)
    await chatting.get_by_role("button", name="Send", exact=True).click()
    await dashboard.wait_for_function("(body) => body in window.shownAt", arg=body)
    shown: float = await dashboard.evaluate("(body) => window.shownAt[body]", body)
    clicked: float = await chatting.evaluate("() => window.clickedAt")
    return shown - clicked


async def _bare(sender: Page, listener: Page, body: str) -> float:
    """Return the milliseconds from the commit's beginning to the listener's call."""
    await asyncio.sleep(_TYPED_SECONDS)
    chat_id = ids.case_chat_id("ben", SERVICE)
    sent: float = await sender.evaluate(
        "([chat, body]) => window.bare.send(chat, body)", [chat_id, body]
    )
    await listener.wait_for_function("(body) => body in window.bare.arrived", arg=body)
    arrived: float = await listener.evaluate("(body) => window.bare.arrived[body]", body)
    return arrived - sent

"""The web side of the stand-in: its control, as every stand-in has it, and the pages."""

from aiohttp import web

from emulator.control import Control
from emulator.pages_may_call import let_pages_call
from emulator.smtp.pages import Pages
from emulator.smtp.server import SmtpStandIn


def application(stand_in: SmtpStandIn) -> web.Application:
    """Return the application of the second port."""
    application = web.Application()
    application.router.add_routes(Control(stand_in.journal, stand_in.plan).routes())
    application.router.add_routes(Pages(stand_in.journal).routes())
    return let_pages_call(application)

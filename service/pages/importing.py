"""Imports: those that were made, undoing one, and the way in of a new file in steps that need no script."""

from __future__ import annotations

from litestar.handlers import HTTPRouteHandler

from service.pages.held_files import HeldFiles
from service.pages.import_columns import columns_step
from service.pages.import_list import listing
from service.pages.import_trial import trial_steps
from service.pages.import_upload import upload_step
from service.register import LiveRegister
from service.settings import Settings


def routes(live: LiveRegister, settings: Settings) -> list[HTTPRouteHandler]:
    """All pages of imports."""
    files = HeldFiles()
    return [*listing(live), upload_step(live, settings, files), *columns_step(live, files), *trial_steps(live, files)]

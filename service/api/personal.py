"""Texts that look like holding personal data: refused before anything is stored, with a way to say that they don't."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import structlog
from litestar import Request, Response
from litestar.params import QueryParameter

from service.api.problems import Place, answer, language
from service.personal_check import PersonalDataFound

PersonalData = Annotated[
    Literal["checked"] | None,
    QueryParameter(
        description="`checked`: somebody has looked at what looks like personal data in the texts, and it may be "
        "stored. Otherwise such a text is refused (422, `personal-data-found`) before anything is stored.",
    ),
]
log = structlog.get_logger()


def on_personal_data(request: Request[Any, Any, Any], found: PersonalDataFound) -> Response[bytes]:
    """Says in which fields, and what kind; neither the answer nor the log repeats the text."""
    log.info("refused", rule=found.rule)
    english = language(request)
    places = tuple(Place("/" + "/".join(s.place), s.named(english)) for s in found.suspects[:50])
    way_out = (" Skicka då om med ?personal_data=checked.", " Then send it again with ?personal_data=checked.")
    return answer(request, 422, found.rule, (found.sv + way_out[0], found.en + way_out[1]), places)

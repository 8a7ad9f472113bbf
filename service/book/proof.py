"""How a reader years later can tell that the history behind the book is the one that the parties had before them."""

from __future__ import annotations

from adapters.documents.content import Bullets, Facts, Paragraph, Section
from adapters.ledger.verify import Checkpoint, verify_consistency
from domain.review import Review, review_key
from service.book.year import Year
from service.proof import register_key, sign_checkpoint
from service.wording import grouped

GROUP = 8


def proof(year: Year) -> Section:
    """The checkpoint of the history that the book is printed at, and that it continues the year before's."""
    point = year.live.store.ledger.checkpoint(year.end)
    return Section(
        "proof",
        year.say("Bevis för historiken", "Proof of the history"),
        (
            Paragraph(_claim(year, point), strong=True),
            Facts(_facts(year, point)),
            Paragraph(_earlier(year, point)),
            Paragraph(year.say("Så kontrolleras det:", "How to check it:")),
            Bullets(_ways(year)),
        ),
    )


def _claim(year: Year, point: Checkpoint) -> str:
    events, opened = grouped(point.size, year.language), grouped(year.at, year.language)
    return year.say(
        f"Boken berättar det som var känt vid händelse {opened}, när året öppnades, och är tryckt vid händelse "
        f"{events}, med det som parterna antagit. Kontrollsumman nedan är av alla händelser dit, i ordning: ändras, "
        "tas bort eller läggs en enda till i efterhand, blir den en annan.",
        f"The book tells what was known at event {opened}, when the year was opened, and is printed at event "
        f"{events}, with what the parties have adopted. The checksum below is of every event up to there, in order: "
        "if a single one is altered, removed or added afterwards, it becomes another one.",
    )


def _facts(year: Year, point: Checkpoint) -> tuple[tuple[str, str], ...]:
    key = register_key(year.live.store)
    note = sign_checkpoint(year.live.store, point.size)
    signature = note.splitlines()[-1].rsplit(" ", 1)[1]
    return (
        (year.say("Register", "Register"), point.origin),
        (year.say("Antal händelser", "Number of events"), grouped(point.size, year.language)),
        (year.say("Kontrollsumma (SHA-256)", "Checksum (SHA-256)"), _spaced(point.root.hex())),
        (year.say("Registrets nyckel", "The register's key"), _spaced(key.public.hex())),
        (year.say("Underskrift (Ed25519)", "Signature (Ed25519)"), _spaced(signature)),
    )


def _spaced(text: str) -> str:
    """In groups, so that it can be read aloud and breaks over lines."""
    return " ".join(text[at : at + GROUP] for at in range(0, len(text), GROUP))


def _earlier(year: Year, point: Checkpoint) -> str:
    """That the history begins with the one behind the book of the year before."""
    before = _end_of_book(year, year.year - 1)
    if before is None or not 0 < before < point.size:
        return year.say(
            "Det finns ingen tidigare bok i registret att jämföra historiken med.",
            "There is no earlier book in the register to compare the history with.",
        )
    ledger = year.live.store.ledger
    old = ledger.checkpoint(before).root
    number = grouped(before, year.language)
    holds = verify_consistency(before, point.size, ledger.consistency(before, point.size), old, point.root)
    if not holds:
        return year.say(
            f"Historiken börjar INTE med de {number} händelser som boken för {year.year - 1} vilade på. "
            "Kör samverkan verify.",
            f"The history does NOT begin with the {number} events that the book of {year.year - 1} rested on. "
            "Run samverkan verify.",
        )
    return year.say(
        f"Historiken börjar med samma {number} händelser som boken för {year.year - 1} vilade på; deras "
        f"kontrollsumma är {_spaced(old.hex())}.",
        f"The history begins with the same {number} events that the book of {year.year - 1} rested on; their "
        f"checksum is {_spaced(old.hex())}.",
    )


def _end_of_book(year: Year, number: int) -> int | None:
    """The event that another year's book was printed at, as far as this one's history goes."""
    key = review_key(year.key, number)
    if year.live.as_of(year.end).find(Review, key) is None:
        return None
    gsns = [recorded.gsn for recorded in year.live.store.stream(f"{Review.KIND}-{key}") if recorded.gsn <= year.end]
    return max(gsns, default=None)


def _ways(year: Year) -> tuple[str, ...]:
    return (
        year.say(
            "Jämför kontrollsumman med den i den andra partens exemplar av boken, och med kontrollpunkten som parten "
            "har sparat.",
            "Compare the checksum with the one in the other party's copy of the book, and with the checkpoint that the "
            "party has kept.",
        ),
        year.say(
            "I registret: samverkan verify räknar om varje händelse och säger vilken som i så fall är ändrad.",
            "In the register: samverkan verify works through every event, and says which one was altered, if any.",
        ),
        year.say(
            "Utan registret: begär arkivet (samverkan export). Programmet verify.py i det behöver bara Python.",
            "Without the register: ask for the archive (samverkan export). Its program verify.py needs Python alone.",
        ),
    )

"""The letter that asks whether an address wants to be told."""

from __future__ import annotations

from adapters.subscriptions import Subscription
from service.alerts.letter import Letter, Link, Paragraph, pick


def confirm_letter(subscription: Subscription, path: str) -> Letter:
    """path: of the page with the button."""
    language = subscription.language
    title = pick(language, "Bekräfta din e-postadress", "Confirm your e-mail address")
    lead = pick(
        language,
        "Adressen har angetts för en prenumeration på läget i samverkan. Inget mer skickas hit innan den är bekräftad.",
        "This address was given for a subscription to the situation. Nothing else is sent here before it is confirmed.",
    )
    if_not = pick(
        language,
        "Känner du inte till det behöver du inte göra något.",
        "If you know nothing of it, you need not do anything.",
    )
    why = pick(
        language,
        "Du får det här för att någon med ett konto i Samverkan har skrivit den här adressen.",
        "You get this because somebody with an account in Samverkan wrote this address.",
    )
    blocks = (Paragraph(lead, "lead"), Link(title, path, strong=True), Paragraph(if_not))
    return Letter(language, title, title, blocks, why)

"""Sixty texts as coordinators and reporters write them, and what personal data each holds: made up, with right digits.

Numbers belong to nobody that is known: their check digits were computed. The last 24 hold none, but look alike.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

Sort = Literal["personal number", "coordination number", "mobile", "fixed telephone", "e-mail", "nothing"]
NBH, NBSP, EN_DASH = "\N{NON-BREAKING HYPHEN}", "\N{NO-BREAK SPACE}", "\N{EN DASH}"

CASES: Mapping[Sort, Sequence[str]] = {
    "personal number": (
        "Ynglingen uppgav 910413-2387 när ordningsvakten frågade vem han var.",
        "På den kvarglömda tröjan satt en lapp med 199104132387.",
        "Polisens rapport gäller 19910413-2387, som flyttar hit i maj.",
        f"Kvinnan (640823{NBH}3234) har ringt tre gånger om hissen.",
        "Skolan anger 030617 4525 som den som klottrade på gaveln.",
        "Personnummer:030617 - 4525, enligt vakten.",
        "Född 20030617-4525, går i nian.",
        "Äldre man, 121101+2347, hittades förvirrad vid bussen.",
        "Id kontrollerat: 7801301164. Han avvisades från gallerian.",
        f"Hyresgästen 780130{EN_DASH}1164 stör grannarna nattetid.",
        f"Anmälan om 991005{NBSP}8818 är gjord, ärendet ligger hos polisen.",
        "Han heter något annat men numret är 1991-04-13-2387.",
        "Omhändertagen kl. 23.15: 551224-6678; hämtades av sonen.",
    ),
    "coordination number": (
        "Utan svenskt personnummer, samordningsnummer 790466-9202.",
        "Samordningsnumret 19790466-9202 finns i socialtjänstens anteckning.",
        "Den unge visade ett kort med 8802871338 vid kontrollen.",
        f"Uppgav 880287{NBH}1338, men kunde inte legitimera sig.",
    ),
    "mobile": (
        "Ring mig på 070-123 45 67 om det händer igen.",
        "Anmälaren nås på 0701234567 efter klockan fyra.",
        "Vaktens nummer är +46 70 123 45 67, hon svarar dygnet runt.",
        "Sms:a 0046701234567 när ni är på plats.",
        "Mobil 073 123 45 67, gärna före lunch.",
        f"076{NBH}123 45 67 gick till röstbrevlådan.",
        "Numret på lappen var 072.123.45.67.",
        "Killen lämnade numret 070 - 123 45 67 till flickorna.",
        "tel:0701234567 står det på klottret.",
    ),
    "fixed telephone": (
        "Kiosken har telefon 021-39 00 00 och vill bli uppringd.",
        "Föreningen: 021 39 00 00 (expeditionen).",
        "Hon bor i Stockholm, 08-123 456 78, men äger huset.",
        "Butiken på 08 12 34 56 har sett samma gäng.",
        f"Ring värden, 0220{EN_DASH}123 45, om porten är olåst.",
    ),
    "e-mail": (
        "Skicka bilderna till anna.berg@exempel.se så snart det går.",
        "Svar önskas: ANNA@EXEMPEL.SE",
        "Kontakt <k.lind+trygg@sub.exempel.org> för nyckel till förrådet.",
        "mailto:kalle@exempel.se stod i anmälan.",
        "Han skrev sin adress som kalle(at)exempel.se på väggen.",
    ),
    "nothing": (
        "2020-11-18 19:30 samlades ett tiotal ungdomar vid pendlarparkeringen.",
        "Mellan 0600-0700 var belysningen släckt i hela tunneln.",
        "Polisens ärende 5000-K123456-20 är nedlagt.",
        "Se K-1234-20 och K-1235-20 i diariet.",
        "Metodboken har ISBN 978-91-7335-049-5.",
        "ISBN 91-7335-049-2 är den äldre upplagan.",
        "Linje 3 och 7 kör om från den 18/11.",
        "Lagningen kostade 1 250 000 kronor, varav 120 000 kr i år.",
        "Postadressen är 721 87 Västerås, besök Stora gatan 16.",
        "Platsen är 59.6099, 16.5448 enligt kartan.",
        "Kommunens organisationsnummer är 212000-2080.",
        "Bostadsbolaget, org.nr 556069-6147, sätter upp staketet.",
        "Vecka 46 2020, v. 47 och 2020-W48 följs upp.",
        "Händelse 1234567 i historiken visar beslutet.",
        "Registret stod vid nr 3 366 när mötet stängdes.",
        "201118 1930 var det lugnt, 201118 2145 hade de kommit tillbaka.",
        "Perioden 2020-11-18–2021-03-31 gäller löftet.",
        "Dnr KS 2020/01234-1.2.3 och BN 2021-00456.",
        "Mätaren visar 07012345 kWh sedan starten.",
        "Öppet 08-17 vardagar, 10-15 lördagar.",
        "Felanmälan FA-2020111800123 är registrerad hos Mimer.",
        "Lyktstolpe 021-0045 och 021-0046 är trasiga.",
        "Regnr ABC 123 och ABC12D stod parkerade hela helgen.",
        "Fakturan 850709-9806 bestrids; beloppet är 8507,50 kr.",
    ),
}  # fmt: skip

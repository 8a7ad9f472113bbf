"""What the invented problems are about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

CauseLine = tuple[str, str, str, str]
_SITUATION, _VICTIM, _OFFENDER = "place/situation", "victim", "offender"


@dataclass(frozen=True, slots=True)
class Story:
    """A problem from proposal to end. rank: prioritised with that rank; decided without rank: set aside.

    scores: 0 to 4 on the nine criteria, in their order; raters deviate a little from them.
    """

    key: str
    title: str
    description: str
    districts: tuple[str, ...]
    categories: tuple[str, ...]
    proposed: date
    ground: str
    scores: tuple[int, int, int, int, int, int, int, int, int]
    decided: date | None = None
    rank: int | None = None
    reason: str = ""
    alternatives: tuple[tuple[str, str], ...] = ()
    dissent: str | None = None
    causes: tuple[CauseLine, ...] = ()
    aim: str = ""
    owner: str = "samordnare, Västerås stad"
    reopened: tuple[date, str] | None = None
    closed: tuple[date, str, str] | None = None


STORIES = (
    Story(
        key="ljus-och-skadegorelse-raby",
        title="Skadegörelse längs mörka gångstråk i Råby",
        description="Krossade rutor, nedbrutna stolpar och släckt belysning mellan skolan och centrumtorget. "
        "De flesta händelserna ligger mellan kl. 20 och 01.",
        districts=("raby",),
        categories=("skadegorelse", "otrygg-plats"),
        proposed=date(2019, 12, 3),
        ground="Genomgång av felanmälningar av belysning, hösten 2019.",
        scores=(3, 2, 3, 4, 3, 1, 4, 4, 3),
        decided=date(2020, 2, 11),
        rank=1,
        reason="Händelserna är samlade längs ett enda stråk, syns för många och går att påverka med ljus och sikt.",
        alternatives=(
            ("Cykelstölder i centrum", "Fler händelser, men de drabbar färre boende och syns mindre."),
            ("Väntan på ombyggnaden av torget", "Ombyggnaden är inte finansierad före 2022."),
        ),
        causes=(
            (_SITUATION, "Släckt belysning och tät växtlighet ger skymd sikt", "confirmed",
             "Elva av fjorton platser i rapporterna saknade fungerande ljus vid platsbesök."),
            (_SITUATION, "Trasigt får stå kvar och lockar till mer", "confirmed",
             "I snitt nitton dagar från felanmälan till lagning."),
            (_OFFENDER, "Elever på väg hem från skolan", "rejected",
             "Händelserna ligger sent på kvällen och lika ofta under lov."),
        ),
        aim="Skadegörelsen i Råby ska vara minst en fjärdedel lägre än 2019 års nivå under 2021.",
        owner="områdesutvecklare, Västerås stad",
        closed=(date(2022, 3, 15), "Nivån har varit lägre i mer än ett år. Skötseln ligger i ordinarie drift.",
        "reduced"),
    ),
    Story(
        key="cykelstolder-centrum",
        title="Cykelstölder i centrum",
        description="Många cykelstölder vid resecentrum och gymnasieskolorna, mest mellan april och oktober.",
        districts=("centrum",),
        categories=("cykelstold",),
        proposed=date(2020, 2, 4),
        ground="Veckoutdragen för 2019.",
        scores=(4, 1, 2, 3, 3, 1, 2, 2, 1),
        decided=date(2020, 3, 10),
        rank=3,
        reason="Det vanligaste brottet i centrum. Kampanjen är redan finansierad och kan börja före säsongen.",
        alternatives=(("Skadegörelse på busshållplatser", "Kollektivtrafiken har en egen plan."),),
        dissent="Kommunpolisen ville se en orsaksanalys före beslutet, eftersom en kampanj utan den sällan ger verkan.",
        aim="Färre än åtta cykelstölder i veckan i centrum under säsongen 2021.",
        closed=(date(2021, 11, 16), "Två säsonger utan tydlig verkan. Tas upp igen när orsakerna är klarlagda.",
        "unchanged"),
    ),
    Story(
        key="buskorning-skultuna",
        title="Buskörning i Skultuna",
        description="Mopeder och mopedbilar på gångvägar runt centrum och idrottsplatsen, kvällar i april och maj.",
        districts=("skultuna",),
        categories=("buskorning",),
        proposed=date(2020, 4, 14),
        ground="Synpunkter till kommunens kontaktcenter, april 2020.",
        scores=(1, 2, 1, 3, 2, 1, 3, 2, 0),
        decided=date(2020, 5, 12),
        reason="Få händelser, liten skada och ordinarie trafikövervakning räcker. Resurserna gör mer nytta i Råby.",
        alternatives=(("Farthinder på gångvägen", "Utreds av trafikplaneringen i alla händelser."),),
        dissent="Rapportörerna i Skultuna ansåg att orten får för lite uppmärksamhet.",
        reopened=(date(2022, 4, 20), "Nya synpunkter och en påkörning utan svår skada."),
        closed=(date(2022, 5, 24), "Trafikplaneringen bygger farthinder och äger frågan.", "handed over"),
    ),
    Story(
        key="narkotikahandel-backby",
        title="Öppen narkotikahandel vid Bäckby centrum",
        description="Försäljning har flyttat till torget och gångtunneln. Boende undviker platsen efter kl. 18.",
        districts=("backby",),
        categories=("narkotika", "samling"),
        proposed=date(2020, 8, 11),
        ground="Polisens iakttagelser juni till augusti 2020.",
        scores=(3, 4, 4, 4, 3, 3, 4, 3, 3),
        decided=date(2020, 9, 8),
        rank=2,
        reason="Ökar snabbt, är samlat till en plats och är ett signalbrott för hela stadsdelen.",
        alternatives=(("Samma insats i Råby", "Där är nivån oförändrad sedan 2018."),),
        causes=(
            (_SITUATION, "Torget saknar ansvarig värd på kvällar", "confirmed",
             "Ingen verksamhet är öppen efter kl. 19."),
            (_SITUATION, "Skymda sittplatser vid tunneln", "confirmed", "Platsbesök i september 2020."),
            (_OFFENDER, "Köparna kommer främst från andra kommuner", "rejected",
             "Polisens kontroller visar motsatsen."),
        ),
        aim="Torget används av boende på kvällen, och narkotikabrotten är åter på 2019 års nivå efter 2021.",
        owner="kommunpolis, Lokalpolisområde Västerås",
    ),
    Story(
        key="personran-mot-unga",
        title="Personrån mot unga i centrum",
        description="Rån mot unga på väg mellan resecentrum, gallerior och skolor, mest fredag och lördag kväll.",
        districts=("centrum",),
        categories=("personran", "ryktesspridning"),
        proposed=date(2020, 9, 22),
        ground="Polisens sammanställning augusti till september 2020.",
        scores=(2, 4, 4, 4, 3, 4, 4, 3, 3),
        decided=date(2020, 10, 13),
        rank=1,
        reason="Stor skada för den som drabbas, snabb ökning och stark påverkan på ungas trygghet.",
        alternatives=(
            ("Snatteri i gallerior", "Vanligare men med mycket mindre skada."),
            ("Enbart polisinsats", "Skolor och föräldrar behövs för att nå de unga."),
        ),
        causes=(
            (_SITUATION, "Få vuxna på platserna när de unga rör sig där", "confirmed",
             "Räkning fyra fredagar i oktober."),
            (_VICTIM, "Unga anmäler sent och vet inte vart de ska vända sig", "confirmed", "Skolornas svar i enkät."),
            (_OFFENDER, "Gärningarna planeras långt i förväg", "rejected", "De flesta sker inom minuter från mötet."),
        ),
        aim="Personrånen i centrum ska halveras till sommaren 2021, och varje skola ska ha en känd kontakt.",
        owner="kommunpolis, Lokalpolisområde Västerås",
        closed=(date(2021, 6, 15), "Löftet är återrapporterat och nivån är lägre. Kontaktvägen finns kvar.", "reduced"),
    ),
    Story(
        key="bostadsinbrott-onsta",
        title="Bostadsinbrott i Önsta-Gryta",
        description="Villainbrott i två kvarter nära utfarten, mest november till januari.",
        districts=("onsta-gryta",),
        categories=("inbrott-bostad",),
        proposed=date(2020, 9, 29),
        ground="Veckoutdragen vintern 2019 till 2020.",
        scores=(2, 1, 2, 3, 2, 4, 2, 3, 2),
        decided=date(2020, 10, 20),
        rank=4,
        reason="Stor skada för den som drabbas och en tydlig säsong som går att förbereda.",
        causes=(
            (_SITUATION, "Obebodda hus syns utifrån", "confirmed", "Platsbesök efter mörkrets inbrott."),
            (_VICTIM, "Få boende är med i grannsamverkan", "confirmed", "Arton procent av hushållen, mål femtio."),
        ),
        aim="Hälften av hushållen i de två kvarteren är med i grannsamverkan före november 2021.",
        closed=(date(2022, 4, 12), "Ingen tydlig verkan. Grannsamverkan fortsätter utan särskild insats.", "unchanged"),
    ),
    Story(
        key="nedskrapning-malarstrand",
        title="Nedskräpning längs Mälarstranden",
        description="Skräp och sönderslagna flaskor på bryggor och i planteringar efter varma helger.",
        districts=("oster-malarstrand-hamre-talltorp",),
        categories=("nedskrapning",),
        proposed=date(2020, 10, 6),
        ground="Parkskötselns noteringar sommaren 2020.",
        scores=(3, 2, 1, 3, 3, 0, 3, 3, 1),
        decided=date(2020, 11, 10),
        reason="Liten skada och en driftsfråga. Tätare tömning provas utan särskild plan.",
    ),
    Story(
        key="fordon-garage-vallby",
        title="Stöld ur fordon i Vallbys parkeringsgarage",
        description="Serie av stölder i tre garage med trasiga dörrar och dålig sikt.",
        districts=("vallby-nordanby",),
        categories=("stold-ur-fordon", "inbrott"),
        proposed=date(2020, 10, 20),
        ground="Polisens brottssamordning, vecka 41 och 42 år 2020.",
        scores=(3, 3, 4, 4, 2, 1, 2, 4, 2),
        decided=date(2020, 11, 17),
        rank=3,
        reason="Samlat till tre byggnader med en ägare. Billig åtgärd med god utsikt att lyckas.",
        causes=(
            (_SITUATION, "Dörrarna går inte i lås", "confirmed", "Två av tre garage kunde öppnas utan nyckel."),
            (_VICTIM, "Värdesaker lämnas synliga", "confirmed", "Syntes i var sjätte bil vid rondering."),
        ),
        aim="Stölderna i garagen halveras under 2021.",
        owner="förvaltare, Mimer",
        closed=(date(2022, 2, 15), "Stölderna har halverats och garagen sköts av ägaren.", "reduced"),
    ),
    Story(
        key="skadegorelse-skola-hammarby",
        title="Skadegörelse vid skolan i Hammarby",
        description="Krossade fönster och sönderslagen lekutrustning på skolgården under lov och helger.",
        districts=("hammarby",),
        categories=("skadegorelse", "klotter"),
        proposed=date(2021, 4, 13),
        ground="Fastighetsägarens kostnader januari till april 2021.",
        scores=(3, 3, 2, 4, 3, 1, 3, 3, 4),
        decided=date(2021, 5, 11),
        rank=4,
        reason="Hög kostnad, tydlig plats och en skola som vill delta.",
        causes=(
            (_SITUATION, "Skolgården är tom och mörk under lov", "confirmed",
             "Nio av tio händelser ligger utanför skoltid."),
            (_OFFENDER, "Skolans egna elever", "rejected", "Inga belägg; platsen används av många."),
        ),
        aim="Kostnaden för skadegörelse på skolan ska vara hälften så stor under 2022.",
    ),
    Story(
        key="ordning-centrum-kvall",
        title="Ordningsstörningar i centrum på kvällar och helger",
        description="Bråk, höga ljud och stök kring torget, resecentrum och uteserveringarna när samhället öppnar.",
        districts=("centrum",),
        categories=("ordningsstorning", "misshandel-utomhus", "vald"),
        proposed=date(2021, 5, 18),
        ground="Ordningsvakternas dagböcker våren 2021.",
        scores=(4, 3, 3, 4, 4, 2, 4, 2, 3),
        decided=date(2021, 6, 15),
        rank=1,
        reason="Berör flest människor av alla problembilder. Öppnandet efter pandemin väntas öka trycket.",
        alternatives=(("Vänta in höstens siffror", "Då är säsongen över och platsen redan präglad."),),
        dissent="Samordnaren ansåg att fler ordningsvakter inte är prövat mot orsakerna och borde föregås av försök.",
        causes=(
            (_SITUATION, "Många lokaler stänger samtidigt", "confirmed",
             "Två tredjedelar av händelserna inom en timme från stängning."),
            (_SITUATION, "För få ordningsvakter", "rejected", "Störningarna följer inte bemanningen."),
        ),
        aim="Färre än tio ordningsstörningar i veckan i centrum under 2022.",
        owner="enhetschef trygghet, Västerås stad",
    ),
    Story(
        key="klotter-gideonsberg",
        title="Klotter som ökar kring skolan i Gideonsberg",
        description="Klottret ökar långsamt sedan augusti, på skolans gavlar och i gångtunneln.",
        districts=("gideonsberg-skallberget",),
        categories=("klotter",),
        proposed=date(2021, 10, 12),
        ground="Fastighetsägarnas saneringsorder.",
        scores=(2, 3, 3, 4, 3, 0, 4, 4, 2),
        decided=date(2021, 11, 16),
        rank=5,
        reason="Synligt för många och snabb sanering har stöd i forskning.",
        causes=((_SITUATION, "Klotter får sitta kvar i veckor", "confirmed", "Median sjutton dagar till sanering."),),
        aim="Klotter saneras inom ett dygn, och antalet är tillbaka på 2020 års nivå under 2022.",
        owner="förvaltare, Västerås stad",
    ),
    Story(
        key="cykelrum-viksang",
        title="Stölder ur cykelrum i Viksäng",
        description="En serie stölder ur cykelrum i sex trapphus efter sommaren.",
        districts=("viksang",),
        categories=("cykelstold",),
        proposed=date(2021, 10, 5),
        ground="Veckoutdrag vecka 38 år 2021.",
        scores=(2, 4, 4, 4, 2, 1, 1, 4, 1),
        decided=date(2021, 10, 12),
        rank=6,
        reason="Ett litet problem med en enkel lösning som bostadsbolaget kan göra genast.",
        causes=((_SITUATION, "Dörrarna saknar dörrstängare", "confirmed", "Fem av sex dörrar stod öppna vid besök."),),
        aim="Inga stölder ur cykelrummen efter årsskiftet.",
        owner="förvaltare, Mimer",
        closed=(date(2022, 9, 20), "Ett år med låg nivå. Rutinen ligger hos bostadsbolaget.", "solved"),
    ),
    Story(
        key="hot-pa-bibliotek",
        title="Hot mot anställda på bibliotek",
        description="Hot och höga röster mot personal vid stängning, på två bibliotek.",
        districts=("centrum", "backby"),
        categories=("hot-mot-anstalld", "hot"),
        proposed=date(2022, 1, 18),
        ground="Arbetsmiljöanmälningar hösten 2021.",
        scores=(2, 3, 2, 4, 2, 3, 2, 4, 2),
        decided=date(2022, 2, 15),
        rank=3,
        reason="Arbetsmiljön är kommunens ansvar, och åtgärderna är billiga.",
        causes=((_SITUATION, "Stängningen sker med en anställd i lokalen", "confirmed", "Schemat för hösten 2021."),),
        aim="Ingen anställd stänger ensam, och hoten vid stängning upphör under 2022.",
        owner="enhetschef bibliotek, Västerås stad",
    ),
    Story(
        key="samlingar-bjurhovda",
        title="Störande samlingar vid bollplanen i Bjurhovda",
        description="Samlingar sent på kvällen med mopeder, musik och tomglas. Växer långsamt sedan mars.",
        districts=("bjurhovda",),
        categories=("ordningsstorning", "samling"),
        proposed=date(2022, 5, 10),
        ground="Rapporter och medborgardialog våren 2022.",
        scores=(2, 4, 3, 4, 2, 1, 3, 3, 1),
        decided=date(2022, 6, 14),
        rank=4,
        reason="Tydlig ökning och en plats där ljus och vuxna kan göra skillnad före hösten.",
        causes=(
            (_SITUATION, "Planen saknar belysning och bokningar efter kl. 19", "confirmed",
             "Bokningslistan våren 2022."),
            (_OFFENDER, "Samlingarna kommer från andra områden", "rejected", "Fältgruppens samtal visar motsatsen."),
        ),
        aim="Störningarna vid planen är tillbaka på 2021 års nivå vid årsskiftet.",
    ),
    Story(
        key="cykelstolder-blasbo",
        title="Cykelstölder vid gymnasiet i Kristiansborg-Blåsbo",
        description="Fler cykelstölder än tidigare år vid gymnasiets cykelställ.",
        districts=("kristiansborg-blasbo",),
        categories=("cykelstold",),
        proposed=date(2022, 9, 13),
        ground="Veckoutdragen maj till augusti 2022.",
        scores=(2, 3, 3, 4, 2, 1, 1, 3, 1),
    ),
    Story(
        key="pendlarparkering-onsta",
        title="Stölder på pendlarparkeringen i Önsta-Gryta",
        description="En serie stölder ur fordon under en vecka i november.",
        districts=("onsta-gryta",),
        categories=("stold-ur-fordon",),
        proposed=date(2022, 11, 15),
        ground="Veckoutdrag vecka 44 år 2022.",
        scores=(1, 3, 3, 4, 1, 1, 1, 3, 1),
        decided=date(2022, 12, 6),
        reason="Serien upphörde av sig själv. Bevakas i veckoutdragen i stället för att få en egen plan.",
    ),
)  # fmt: skip

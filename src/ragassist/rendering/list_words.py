"""What the list of papers says around the papers' own words, in Dutch and English."""

from __future__ import annotations

from dataclasses import dataclass

from ragassist.rendering.words import Lang


@dataclass(frozen=True, slots=True)
class ListWords:
    """The words of one language; what stands in braces is filled in."""

    heading: str
    intro: str
    drop: str
    choose: str
    limits: str
    wish: str
    example: str
    add: str
    add_help: str
    read: str
    stop: str
    retry: str
    results: str
    find: str
    found: str
    all: str
    none: str
    nothing: str
    thousands: str
    pages_of_list: str
    previous: str
    next: str
    sort: str
    ascending: str
    descending: str
    paper: str
    kind: str
    dossier: str
    date: str
    who: str
    answers: str
    pages: str
    state: str
    indexed: str
    waiting: str
    refused: str
    passed_over: str
    unread: str
    read_now: str
    removed: str
    failed: str
    stopped: str
    offline: str
    busy: str
    there: str
    remarks: str
    remove: str
    remove_this: str
    sure: str
    sure_paper: str
    sure_file: str
    keep: str


LIST_WORDS: dict[Lang, ListWords] = {
    "nl": ListWords(
        heading="Stukken",
        intro="Voeg Kamerstukken toe, of haal ze weg. Zodra een stuk gelezen is, kunt u ernaar vragen.",
        drop="Sleep bestanden hierheen",
        choose="of kies ze",
        limits="{kinds}; hoogstens {size} MB per bestand en {count} bestanden tegelijk",
        wish="Of noem een stuk",
        example="21 501-31, nr. 745 of een link",
        add="Haal op",
        add_help="Wordt opgehaald bij officielebekendmakingen.nl; daar is een verbinding voor nodig.",
        read="Lees de map opnieuw",
        stop="Stop",
        retry="Probeer opnieuw",
        results="Wat er gebeurde",
        find="Zoek in de lijst",
        found="{first}–{last} van {count}",
        all="{count} in totaal",
        none="Er zijn nog geen stukken. Voeg hierboven de eerste toe; daarna kunt u vragen stellen.",
        nothing="Niets in de lijst bevat “{find}”.",
        thousands=".",
        pages_of_list="Bladzijden van de lijst",
        previous="Vorige",
        next="Volgende",
        sort="Sorteer op",
        ascending="oplopend",
        descending="aflopend",
        paper="Stuk",
        kind="Soort",
        dossier="Dossier",
        date="Datum",
        who="Van",
        answers="Antwoorden",
        pages="Pagina’s",
        state="Toestand",
        indexed="doorzoekbaar",
        waiting="wordt gelezen",
        refused="geweigerd",
        passed_over="ander bestand van hetzelfde stuk",
        unread="nog niet gelezen",
        read_now="gelezen",
        removed="verwijderd",
        failed="niet gelukt",
        stopped="gestopt; alles is gebleven zoals het was",
        offline="niet opgehaald: officielebekendmakingen.nl is nu niet te bereiken. Kijk of er verbinding met internet "
        "is, of download het stuk en voeg het hierboven als bestand toe.",
        busy="niet gelukt: een ander venster met ragassist schrijft nu de index. Probeer het zo weer.",
        there="was er al",
        remarks="Opmerkingen",
        remove="Verwijder",
        remove_this="Verwijder {what}",
        sure="Verwijderen?",
        sure_paper="Het stuk gaat uit de lijst, het bestand uit de map. Er wordt daarna niet meer uit geciteerd.",
        sure_file="Het bestand gaat uit de map.",
        keep="Laat staan",
    ),
    "en": ListWords(
        heading="Papers",
        intro="Add parliamentary papers, or take them out. As soon as a paper is read you can ask about it.",
        drop="Drop files here",
        choose="or choose them",
        limits="{kinds}; at most {size} MB a file and {count} files at a time",
        wish="Or name a paper",
        example="21 501-31, nr. 745 or a link",
        add="Fetch",
        add_help="It is fetched from officielebekendmakingen.nl, which takes a connection.",
        read="Read the folder again",
        stop="Stop",
        retry="Try again",
        results="What happened",
        find="Search the list",
        found="{first}–{last} of {count}",
        all="{count} in all",
        none="There are no papers yet. Add the first one above; then you can ask questions.",
        nothing="Nothing in the list contains “{find}”.",
        thousands=",",
        pages_of_list="Pages of the list",
        previous="Previous",
        next="Next",
        sort="Sort by",
        ascending="ascending",
        descending="descending",
        paper="Paper",
        kind="Kind",
        dossier="File",
        date="Date",
        who="From",
        answers="Answers",
        pages="Pages",
        state="State",
        indexed="searchable",
        waiting="being read",
        refused="refused",
        passed_over="another file of the same paper",
        unread="not read yet",
        read_now="read",
        removed="removed",
        failed="did not work",
        stopped="stopped; everything is as it was",
        offline="not fetched: officielebekendmakingen.nl cannot be reached now. See whether there is a connection, or "
        "download the paper and add it above as a file.",
        busy="did not work: another ragassist is writing the index now. Try again in a moment.",
        there="was there already",
        remarks="Remarks",
        remove="Remove",
        remove_this="Remove {what}",
        sure="Remove it?",
        sure_paper="The paper leaves the list, its file leaves the folder. Nothing is quoted from it after that.",
        sure_file="The file leaves the folder.",
        keep="Leave it",
    ),
}

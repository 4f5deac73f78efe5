"""What the papers panel says while papers come in and go out, in Dutch and English."""

from __future__ import annotations

from dataclasses import dataclass

from ragassist.rendering import Lang


@dataclass(frozen=True, slots=True)
class PanelTexts:
    """The sentences of one language; what stands in braces is filled in."""

    fixed_corpus: str
    fixed_index: str
    stranger: str
    shown_only: str
    not_updated: str
    damaged: str
    reading: str
    encoding: str
    fetch: str
    remove: str
    drop: str
    read: str
    step: str
    seconds: str
    minutes: str
    stopping: str
    queue: str
    percent: str
    unknown: str
    dossier: str
    gone: str
    not_ready: str
    full: str
    uploading: str
    too_large: str
    too_many: str
    folder: str
    lost: str


PANEL_TEXTS: dict[Lang, PanelTexts] = {
    "nl": PanelTexts(
        fixed_corpus="De map met stukken is alleen te lezen: hier kan niets bij of af.",
        fixed_index="De index is alleen te lezen: hier kan niets bij of af, en er wordt niets nieuws gelezen.",
        stranger="Stukken toevoegen en weghalen kan alleen op de machine waarop ragassist draait.",
        shown_only="Hier zijn de stukken te zien; toevoegen en weghalen kan niet.",
        not_updated="De index kon bij het starten niet worden bijgewerkt; u ziet wat er eerder in stond.",
        damaged="De index is beschadigd; u ziet wat er in stond toen hij nog heel was. Lees de map opnieuw.",
        reading="Stukken lezen",
        encoding="Doorzoekbaar maken",
        fetch="Ophalen",
        remove="Verwijderen",
        drop="Verwijderen",
        read="Stukken lezen",
        step="{done} van {total}",
        seconds="nog ongeveer {count} s",
        minutes="nog ongeveer {count} min",
        stopping="Wordt gestopt; de index blijft zoals hij was.",
        queue="Daarna nog {count}",
        percent="{doing}: {percent}%",
        unknown="Hierin is geen stuk te herkennen. Schrijf bijvoorbeeld “21 501-31, nr. 745” of plak de link naar het "
        "stuk op officielebekendmakingen.nl.",
        dossier="Dit is een heel dossier. Noem er een stuk uit, zoals “{example}”.",
        gone="Dit is er niet meer.",
        not_ready="De stukken worden nog klaargezet. Probeer het zo weer.",
        full="Er wachten al veel opdrachten. Probeer het weer als er een paar klaar zijn.",
        uploading="Bestand {done} van {total} wordt toegevoegd",
        too_large="{name} is groter dan {size} MB en wordt niet toegevoegd.",
        too_many="Dit zijn {count} bestanden; voeg er hoogstens {most} tegelijk toe.",
        folder="Mappen worden niet gelezen; sleep de bestanden zelf hierheen.",
        lost="ragassist antwoordt niet. Draait het nog? Er wordt vanzelf weer geprobeerd.",
    ),
    "en": PanelTexts(
        fixed_corpus="The folder of papers can only be read: nothing can be added or taken out here.",
        fixed_index="The index can only be read: nothing can be added or taken out here, nor is anything new read.",
        stranger="Papers can be added and taken out only on the machine that ragassist runs on.",
        shown_only="The papers are shown here; they cannot be added or taken out.",
        not_updated="The index could not be brought up to date at the start; what it held before is shown.",
        damaged="The index is damaged; what it held when it was whole is shown. Read the folder again.",
        reading="Reading papers",
        encoding="Making them searchable",
        fetch="Fetching",
        remove="Removing",
        drop="Removing",
        read="Reading papers",
        step="{done} of {total}",
        seconds="about {count} s left",
        minutes="about {count} min left",
        stopping="Stopping; the index stays as it was.",
        queue="After this {count} more",
        percent="{doing}: {percent}%",
        unknown="This names no paper. Write for example “21 501-31, nr. 745”, or paste the link to the paper on "
        "officielebekendmakingen.nl.",
        dossier="This is a whole dossier. Name one paper of it, such as “{example}”.",
        gone="This is no longer there.",
        not_ready="The papers are still being prepared. Try again in a moment.",
        full="Many requests are waiting already. Try again when a few are done.",
        uploading="Adding file {done} of {total}",
        too_large="{name} is larger than {size} MB and is not added.",
        too_many="These are {count} files; add at most {most} at a time.",
        folder="Folders are not read; drop the files themselves here.",
        lost="ragassist does not answer. Is it still running? It is tried again by itself.",
    ),
}

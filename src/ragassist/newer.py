"""The commands that bring newer papers and tell what they changed: fetch, report; cli.py adds them to the others."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from ragassist.progress import telling

REFUSED, NOTHING_FOUND = 1, 3  # exit codes
MOST = 1000  # papers of one fetch, which takes some twenty minutes; what the search gives at a time is fetch.MOST


def fetch(  # noqa: PLR0913, PLR0917 - each is an option of the command
    reference: Annotated[
        str | None,
        typer.Argument(
            metavar="REFERENCE", show_default=False, help="A paper or dossier as you would write it, or its link."
        ),
    ] = None,
    dossier: Annotated[
        str | None, typer.Option(metavar="NUMBER", help="All papers of a dossier, newest first.")
    ] = None,
    query: Annotated[
        str | None, typer.Option(metavar="TEXT", help="The papers with these words, newest first.")
    ] = None,
    since: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="Only papers from this day on.")
    ] = None,
    most: Annotated[int, typer.Option("--max", metavar="N", min=1, max=MOST, help="How many papers, at most.")] = 100,
    delay: Annotated[float, typer.Option(metavar="SECONDS", min=1, max=60, help="Pause between two requests.")] = 1.0,
    corpus: Annotated[Path, typer.Option(metavar="DIR", help="Folder of papers.")] = Path("corpus"),
    dry_run: Annotated[bool, typer.Option("--dry-run", help="List them, and save nothing.")] = False,
) -> None:
    """Fetch papers from the official sites into the folder, each in its best format.

    What is there already and has not changed is left alone; Ctrl-C stops it, and the next time it goes on from there.
    Index them with `ragassist index`. Exit code 1 says that some could not be had, 3 that there are none.
    """
    from ragassist.fetch import Client, Pace, download, find
    from ragassist.references import read, read_dossier
    from ragassist.rendering import clean

    if [reference, dossier, query].count(None) != 2:
        raise typer.BadParameter("give one REFERENCE, or --dossier, or --query")
    meant = read(reference) if reference else read_dossier(dossier) if dossier else None
    day = since.date().isoformat() if since else ""
    with Client(pace=Pace(delay)) as client:
        found = find(client, meant, text=query or "", since=day, most=most)
        if dry_run:
            for record in found:
                typer.echo(clean(f"{record.id}  {record.date}  {record.title}").rstrip())
        else:
            with telling() as tell:
                fetched = download(client, found, corpus, lambda done, total, id: tell("Fetching", done, total, id))
            for sentence in (*fetched.refused.values(), fetched.stopped):
                if sentence:
                    typer.echo(clean(sentence), err=True)
            typer.echo(fetched)
            if fetched.refused or fetched.stopped:
                raise typer.Exit(REFUSED)
    if not found:
        raise typer.Exit(NOTHING_FOUND)


def report(
    questions: Annotated[
        Path, typer.Option(metavar="FILE.jsonl", help="Questions to ask, with or without gold.")
    ] = Path("eval/questions.jsonl"),
    index: Annotated[Path, typer.Option("--index", metavar="DIR", help="Folder of the index.")] = Path("index"),
    save: Annotated[
        Path, typer.Option(metavar="FILE.json", help="The last run: compared with, then replaced by this one.")
    ] = Path("report.json"),
    keep: Annotated[bool, typer.Option("--keep", help="Leave the last run as it is, to compare with again.")] = False,
    html: Annotated[Path | None, typer.Option(metavar="FILE.html", help="Write it as a page, too.")] = None,
    atom: Annotated[Path | None, typer.Option(metavar="FILE.xml", help="Write it as an Atom feed, too.")] = None,
) -> None:
    """Tell what a swap of papers changed in the answers to saved questions.

    The first time the questions are asked and the run is saved. After papers were added, replaced or removed and
    indexed, it tells which questions have a new best passage, a changed answer, or a citation that no longer holds.
    """
    from ragassist import swap
    from ragassist.assistant import LONGEST, Assistant
    from ragassist.evaluation.questions import read_asked
    from ragassist.rendering import swap_feed, swap_page, swap_text

    asked = [text for _, text in read_asked(questions, LONGEST)]
    last = swap.read(save)
    assistant = Assistant.open(index)
    with telling() as tell:
        run = swap.take(assistant, asked, datetime.now(UTC), lambda done: tell("Asking", done, len(asked), ""))
    if last:
        found = swap.compare(last, run, assistant)
        typer.echo(swap_text(found), nl=False)
        for file, written in ((html, swap_page), (atom, swap_feed)):
            if file:
                file.write_text(written(found), "utf-8")
                typer.echo(f"It is in {file} too.", err=True)
    else:
        typer.echo(f"{len(run.answers)} questions asked. Swap papers, index them, and run this again.")
    if last is None or not keep:
        swap.save(save, run)
        typer.echo(f"This run is saved in {save}.", err=True)

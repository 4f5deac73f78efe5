"""The shell: show, index, ask, eval, run. stdout carries results, stderr progress and problems.

Exit codes: 0 found or done, 1 an error, 2 bad usage, 3 nothing found. Whatever is heavy is imported by the command that
needs it, so that `--help` and `--version` answer at once.
"""

from __future__ import annotations

import errno
import io
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from ragassist import __version__, newer
from ragassist.errors import RagassistError, Stopped, UnknownPaper, UnknownReference, UnreadablePaper, index_command
from ragassist.progress import indexing, stoppable, telling

if TYPE_CHECKING:
    from ragassist.assistant import Assistant
    from ragassist.corpus import Changes, Progress, Step

ERROR, NOTHING_FOUND, INTERRUPTED = 1, 3, 130
MOST_HITS = 100

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Corpus = Annotated[Path, typer.Argument(metavar="CORPUS", help="Folder of papers.")]
CorpusFolder = Annotated[Path, typer.Option("--corpus", metavar="DIR", help="Folder of papers.")]
IndexFolder = Annotated[Path, typer.Option("--index", metavar="DIR", help="Folder of the index.")]
Model = Annotated[
    str | None,
    typer.Option(
        metavar="MODEL",
        help="Name or folder of a sentence-transformers model, in place of RAGASSIST_MODEL or the one that ships.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]


def main() -> None:
    """Run a command; whatever stops it becomes one sentence on stderr and an exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")  # the papers are not ASCII, whatever the locale says
    try:
        app(prog_name="ragassist")
    except (RagassistError, OSError) as error:
        typer.echo(_sentence(error), err=True)
        sys.exit(INTERRUPTED if isinstance(error, Stopped) else ERROR)
    except KeyboardInterrupt:  # before or after the command itself, which typer watches over
        sys.exit(INTERRUPTED)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"ragassist {__version__}")
        raise typer.Exit


@app.callback()
def ragassist(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print it.")] = False,
) -> None:
    """Ask Dutch parliamentary papers a question; get the government's answer word for word, with page and paragraph."""


@app.command()
def index(
    corpus: Corpus = Path("corpus"),
    index: IndexFolder = Path("index"),
    model: Model = None,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Build all of it anew.")] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Keep up with the folder until Ctrl-C.")] = False,
    as_json: AsJson = False,
) -> None:
    """Bring the index up to date with the papers.

    What is new or changed is read, what is gone is taken out; a file that is no paper is named, and the others go on.
    Exit code 1 says that there were such files. Ctrl-C stops it and leaves the index as it was.
    """
    from ragassist.corpus import index_corpus, keep_up
    from ragassist.encoder import Encoder

    with stoppable() as stop:
        encoder = Encoder.load(model)
        if watch:
            for told in keep_up(corpus, index, encoder, stop):
                if isinstance(told, str):
                    typer.echo(told, err=True)
                else:
                    _tell(told, as_json, together=True)
            return
        with indexing() as progress:
            changes = index_corpus(
                corpus, index, encoder, rebuild=rebuild, thorough=True, progress=progress, stopping=stop.is_set
            )
    _tell(changes, as_json)
    if changes.refused:
        raise typer.Exit(ERROR)


@app.command()
def remove(
    papers: Annotated[list[str], typer.Argument(metavar="PAPER…", help="Ids or references, as you would write them.")],
    corpus: CorpusFolder = Path("corpus"),
    index: IndexFolder = Path("index"),
) -> None:
    """Take papers out of the index, and delete their files.

    `ragassist doctor --removed PAPER` proves that nothing is left.
    """
    from ragassist.corpus import discard
    from ragassist.index import Index

    held = [metadata.id for metadata in Index.open(index).documents()]
    for id in dict.fromkeys([_named(paper, held, index) for paper in papers]):
        deleted = discard(corpus, index, id)
        for file in deleted:
            typer.echo(f"{id}: deleted {corpus / file}")
        if not deleted:
            typer.echo(f"{id}: out of the index; {corpus} holds no file of it that is as it was read.", err=True)


@app.command()
def doctor(
    corpus: Corpus = Path("corpus"),
    index: IndexFolder = Path("index"),
    removed: Annotated[
        list[str] | None, typer.Option(metavar="PAPER", help="Prove that nothing is left of it; may be repeated.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Examine whether index and folder agree, part by part; nothing is changed.

    Exit code 1 says that something is wrong; the last line tells what to do.
    """
    from ragassist.doctor import examine

    report = examine(corpus, index, [_id(paper) for paper in removed or ()])
    typer.echo(_json(report.json()) if as_json else report)
    if not report.healthy:
        raise typer.Exit(ERROR)


app.command()(newer.fetch)


@app.command()
def ask(
    question: Annotated[str | None, typer.Argument(metavar="QUESTION", show_default=False)] = None,
    questions: Annotated[Path | None, typer.Option(metavar="FILE.jsonl", help="Ask every question of a file.")] = None,
    index: IndexFolder = Path("index"),
    hits: Annotated[int, typer.Option("-k", metavar="N", min=1, max=MOST_HITS, help="How many answers to show.")] = 3,
    as_json: AsJson = False,
    model: Model = None,
) -> None:
    """Ask a question, or every question of a file.

    Exit code 3 says that the papers do not answer the question; what comes nearest is shown all the same.
    """
    if (question is None) == (questions is None):
        raise typer.BadParameter("give one question, or --questions and a file of them")

    from ragassist.assistant import LONGEST, Assistant, searchable
    from ragassist.evaluation.questions import read_asked
    from ragassist.rendering import clean, reply_json, reply_text

    asked = read_asked(questions, LONGEST) if questions else ((None, question or ""),)
    for _, text in asked:
        searchable(text)  # what cannot be asked is told before a model is loaded
    assistant = Assistant.open(index, model)
    if not assistant.documents():
        typer.echo(
            f"The index in {index} holds no papers. Put some in the folder, then: {index_command(index)}", err=True
        )
    if assistant.trouble:
        typer.echo(assistant.trouble, err=True)
    found = True
    for key, text in asked:
        reply = assistant.ask(text, k=hits)
        found = reply.found
        heading = clean(f"{key or 'Question'}: {text}\n\n") if questions else ""
        typer.echo(_json({**reply_json(reply), "id": key}) if as_json else heading + reply_text(reply), nl=as_json)
    if not found and not questions:
        raise typer.Exit(NOTHING_FOUND)


@app.command(name="eval")
def evaluate(
    questions: Annotated[Path, typer.Option(metavar="FILE.jsonl", help="Questions with gold.")] = Path(
        "eval/questions.jsonl"
    ),
    index: IndexFolder = Path("index"),
    split: Annotated[Literal["dev", "test", "all"], typer.Option(help="Which of the questions.")] = "test",
    as_json: AsJson = False,
    report: Annotated[Path | None, typer.Option(metavar="FILE.html", help="Write a report with plots.")] = None,
    compare: Annotated[Path | None, typer.Option(metavar="FILE.json", help="A run saved from --json.")] = None,
) -> None:
    """Measure how good the answers are.

    It takes questions of which it is known where the papers answer them, if they do.
    """
    from ragassist import evaluation
    from ragassist.assistant import Assistant
    from ragassist.evaluation.page import report_html

    chosen = evaluation.read_questions(questions, split)
    saved = evaluation.read_run(compare) if compare else None
    assistant = Assistant.open(index)
    with telling() as progress:
        measured = evaluation.evaluate(assistant, chosen, lambda done: progress("Asking", done, len(chosen), ""))
    comparison = evaluation.compare(measured, saved) if saved else None
    if as_json:
        asked = {"questions": str(questions), "split": split}
        typer.echo(_json(asked | measured.json() | {"comparison": comparison.json() if comparison else None}))
    else:
        typer.echo("\n\n".join(str(part) for part in (measured, comparison) if part))
    if report:
        report.write_text(report_html(measured, comparison), "utf-8")
        typer.echo(f"The report is in {report}.", err=True)


app.command()(newer.report)


@app.command()
def show(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A paper.")],
    html: Annotated[Path | None, typer.Option(metavar="FILE.html", help="Write it as a page instead.")] = None,
) -> None:
    """Show what the parser makes of a paper.

    Each paragraph with its number, page, role and notes, and the exchange that it belongs to.
    """
    from ragassist.exchanges import find_exchanges
    from ragassist.rendering import document_page, document_text
    from ragassist.sandbox import parse_untrusted

    if html and html.resolve() == file.resolve():
        raise typer.BadParameter(f"{html} is the paper itself; write the page to another file")
    document = parse_untrusted(file.name, _paper(file))
    exchanges = find_exchanges(document)
    if html:
        html.write_text(document_page(document, exchanges), "utf-8")
        typer.echo(f"The paper as it was read is in {html}.", err=True)
    else:
        typer.echo(document_text(document, exchanges), nl=False)


@app.command()
def run(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on.")] = 7860,
    index: IndexFolder = Path("index"),
    corpus: CorpusFolder = Path("corpus"),
    model: Model = None,
) -> None:
    """Open the page with the chat and the papers; the index is brought up to date first."""
    from ragassist.app import run as serve
    from ragassist.app.library import Library
    from ragassist.corpus.folder import files
    from ragassist.encoder import Encoder

    files(corpus)  # without a folder there is nothing to serve
    library = Library(corpus, index, lambda: Encoder.load(model))

    def opened(on_the_page: Progress) -> Assistant:
        with indexing() as here:

            def progress(step: Step) -> None:
                here(step)
                on_the_page(step)

            assistant = library.open(progress)
        _complain(library.changes)
        if library.trouble:
            typer.echo(library.trouble, err=True)
        return assistant

    serve(opened, host, port, library)
    os._exit(0)  # at once: when papers are still being read, PyTorch would abort while Python winds down around it


def _paper(file: Path) -> bytes:
    """The file, when it is no larger than what is indexed."""
    from ragassist.formats.opening import LARGEST

    if file.exists() and not file.is_file():
        raise UnreadablePaper(file.name, "it is no file but a folder, a device or a pipe.")
    with file.open("rb") as paper:
        data = paper.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise UnreadablePaper(file.name, f"it is larger than {LARGEST // 2**20} MB.")
    return data


def _id(paper: str) -> str:
    """The id of a paper however it is named; what is no reference may still be an id that a file's name gave.

    Raises UnknownReference for a whole dossier.
    """
    from ragassist.references import Dossier, read

    try:
        reference = read(paper)
    except UnknownReference:
        return paper
    if isinstance(reference, Dossier):
        raise UnknownReference(paper, f"names a whole dossier; name its papers, such as kst-{reference.number}-1.")
    return reference.id


def _named(paper: str, held: Sequence[str], index: Path) -> str:
    """The id of a paper that the index holds.

    Raises UnknownPaper, with those that are written nearly so, and UnknownReference for a whole dossier.
    """
    from difflib import get_close_matches

    id = paper if paper in held else _id(paper)
    if id in held:
        return id
    raise UnknownPaper(paper, index, get_close_matches(id, held))


def _tell(changes: Changes, as_json: bool = False, *, together: bool = False) -> None:
    """Print what an indexing run did, in one line when it is told together; refusals are problems, so on stderr."""
    if as_json:
        typer.echo(_json(changes.json()))
        return
    _complain(changes)
    typer.echo(changes.in_a_line() if together else changes)


def _complain(changes: Changes) -> None:
    """Say which files could not be read as papers, and why not all of an older index was of use."""
    if changes.rebuilt:
        typer.echo(f"{changes.rebuilt} What could not be used was made again from the papers.", err=True)
    for sentence in changes.refused.values():
        typer.echo(sentence, err=True)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _sentence(error: RagassistError | OSError) -> str:
    if isinstance(error, RagassistError):
        return str(error)
    if error.errno == errno.ENOSPC:
        return "The disk is full. Make room, then try again."
    if isinstance(error, PermissionError):
        return f"There is no permission to read or write {error.filename}."
    return f"{error.filename}: {error.strerror}." if error.filename else f"{error.strerror or error}."

"""Fetching from the official sites: the best format of what is asked for, only what is not there, halves continued."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fetch_server import (  # noqa: F401 - fixtures
    ID,
    PDF,
    Answer,
    Server,
    Time,
    a_client,
    a_clock,
    a_corpus,
    a_server,
    answer,
    fetched,
    official_html,
    official_xml,
    paged,
    ranged,
    record,
    served,
    visible,
    visible_after,
)
from ragassist.fetch import Client, Record, find, saving, sru
from ragassist.references import Dossier


def test_a_paper_is_searched_and_saved_in_its_best_form(server: Server, client: Client, corpus: Path) -> None:
    served(server, {"pdf": "/a.pdf", "metadata": "/metadata.xml", "html": "/a.html", "xml": "/a.xml"})
    server.routes["/a.xml"] = Answer(official_xml(ID))
    done = fetched(client, corpus)
    assert (list(done.saved), done.there, done.refused, done.stopped) == ([ID], (), {}, "")
    assert done.saved[ID].read_bytes() == official_xml(ID)
    assert visible(corpus) == [f"{ID}.xml"]
    assert not list(corpus.glob(".*.part"))
    assert server.paths() == ["/sru", "/a.xml"]
    asked = server.asked[1]
    assert asked.query == {
        "operation": "searchRetrieve",
        "version": "2.0",
        "recordSchema": "gzd",
        "startRecord": "1",
        "maximumRecords": "1",
        "query": f'c.product-area==officielepublicaties AND dt.identifier=="{ID}"',
    }
    assert asked.headers["user-agent"].startswith("ragassist/")
    assert asked.headers["accept-encoding"] == "identity"


def test_where_the_best_form_is_missing_the_next_is_taken(server: Server, client: Client, corpus: Path) -> None:
    served(server, {"xml": "/a.xml", "html": "/a.html", "pdf": "/a.pdf"})
    server.routes["/a.html"] = Answer(b"<html><title>Pagina niet gevonden</title>" + ID.encode())
    server.routes["/a.pdf"] = Answer(PDF)
    assert visible_after(client, corpus) == [f"{ID}.pdf"]


def test_a_paper_that_the_search_does_not_know_is_tried_at_its_address(
    server: Server, client: Client, corpus: Path
) -> None:
    server.routes["/sru"] = answer([])
    server.routes[f"/{ID}.html"] = Answer(official_html(ID))
    assert visible_after(client, corpus) == [f"{ID}.html"]
    assert server.paths() == ["/sru", f"/{ID}.xml", f"/{ID}.html"]


def test_the_form_is_told_by_the_bytes_not_by_what_the_server_calls_them(
    server: Server, client: Client, corpus: Path
) -> None:
    served(server, {"xml": "/a.xml"})
    server.routes["/a.xml"] = Answer(official_xml(ID), headers={"Content-Type": "image/png"})
    assert visible_after(client, corpus) == [f"{ID}.xml"]


def test_a_dossier_comes_page_by_page_newest_first_and_no_more_than_asked(server: Server, client: Client) -> None:
    ids = [f"kst-21501-31-{number}" for number in range(1, 251)]
    server.routes["/sru"] = paged([record(id, {}) for id in ids])
    assert [found.id for found in find(client, Dossier("21501-31"), since="2024-01-01")] == ids
    assert [asked.query["startRecord"] for asked in server.asked if asked.path == "/sru"] == ["1", "101", "201"]
    assert server.asked[1].query["query"] == (
        'c.product-area==officielepublicaties AND w.publicatienaam==Kamerstuk AND w.dossiernummer=="21501-31" '
        'AND dt.date>="2024-01-01" NOT dt.type==Bijlage sortBy dt.date/sort.descending'
    )
    assert [found.id for found in find(client, Dossier("21501-31"), most=120)] == ids[:120]
    assert [found.id for found in find(client, Dossier("21501-31"), most=3)] == ids[:3]


def test_a_search_that_promises_more_than_it_gives_comes_to_an_end(server: Server, client: Client) -> None:
    server.routes["/sru"] = answer([record(ID, {})], total=10**6)
    assert [found.id for found in find(client, None, text="talent")] == [ID]
    assert server.paths() == ["/sru", "/sru"]


def test_words_are_searched_in_the_papers_of_parliament(server: Server, client: Client) -> None:
    server.routes["/sru"] = answer([record("stb-2024-1", {}), record("ah-tk-20232024-1314", {})])
    assert [found.id for found in find(client, None, text='"EU\\ talentenpool" OR x\n*')] == ["ah-tk-20232024-1314"]
    assert 'cql.textAndIndexes="\\"EU\\\\ talentenpool\\" OR x *"' in server.asked[1].query["query"]


@given(st.text(max_size=40))
def test_no_words_get_out_of_their_quotation_marks(text: str) -> None:
    cql = sru.query(None, text or "x")
    inside = cql.split('cql.textAndIndexes="', 1)[1]
    at = 0
    while inside[at] != '"':
        at += 2 if inside[at] == "\\" else 1
    assert inside[at:] == '" NOT dt.type==Bijlage sortBy dt.date/sort.descending'


def test_an_answer_of_the_old_search_is_read_too() -> None:
    page = sru.read(
        b'<searchRetrieveResponse xmlns="http://www.loc.gov/zing/srw/"><version>1.2</version>'
        b"<numberOfRecords>1</numberOfRecords><records><record><recordData>"
        b'<gzd xmlns="http://standaarden.overheid.nl/sru" xmlns:d="http://purl.org/dc/terms/"><originalData><meta>'
        b"<d:title>Motie</d:title><d:identifier>kst-36410-XVI-115</d:identifier><d:modified/>"
        b"<d:date>2024-02-12</d:date></meta></originalData>"
        b"<enrichedData><url>https://zoek.officielebekendmakingen.nl/kst-36410-XVI-115.html</url></enrichedData></gzd>"
        b"</recordData></record></records></searchRetrieveResponse>"
    )
    assert page == sru.Page(1, (Record("kst-36410-XVI-115", "Motie", "2024-02-12"),))


def test_what_is_there_is_not_asked_for_again(server: Server, client: Client, corpus: Path) -> None:
    served(server, {"xml": "/a.xml"})
    server.routes["/a.xml"] = Answer(official_xml(ID))
    fetched(client, corpus)
    again = fetched(client, corpus)
    assert (again.saved, again.there) == ({}, (ID,))
    assert server.paths() == ["/sru", "/a.xml", "/sru"]


def test_a_file_of_the_user_under_its_number_is_left_alone(server: Server, client: Client, corpus: Path) -> None:
    corpus.mkdir()
    (corpus / f"{ID}.txt").write_text("Tweede Kamer, vergaderjaar 2023–2024, 21 501-31, nr. 745 1", "utf-8")
    served(server, {"xml": "/a.xml"})
    assert fetched(client, corpus).there == (ID,)
    assert server.paths() == ["/sru"]


def test_a_changed_record_is_asked_for_by_its_mark_and_replaces_the_file(
    server: Server, client: Client, corpus: Path
) -> None:
    served(server, {"xml": "/a.xml"}, modified="2024-05-01")
    server.routes["/a.xml"] = ranged(official_xml(ID), '"one"')
    fetched(client, corpus)
    served(server, {"xml": "/a.xml"}, modified="2024-05-02")
    assert fetched(client, corpus).there == (ID,)  # the record changed, the file did not
    assert server.asked[-1].headers["if-none-match"] == '"one"'
    served(server, {"xml": "/a.xml"}, modified="2024-05-03")
    server.routes["/a.xml"] = ranged(official_xml(ID, "Herzien."), '"two"')
    new = fetched(client, corpus).saved[ID]
    assert "Herzien." in new.read_text("utf-8")
    assert visible(corpus) == [f"{ID}.xml"]
    assert fetched(client, corpus).there == (ID,)


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"papers": {"x": 3}, "halves": {}}', "null"])
def test_a_damaged_memory_costs_no_paper(server: Server, client: Client, corpus: Path, damage: str) -> None:
    served(server, {"xml": "/a.xml"})
    server.routes["/a.xml"] = Answer(official_xml(ID))
    fetched(client, corpus)
    (corpus / saving.MEMORY).write_text(damage, "utf-8")
    assert fetched(client, corpus).there == (ID,)
    assert visible(corpus) == [f"{ID}.xml"]


def test_a_memory_that_names_files_outside_the_folder_touches_none(
    server: Server, client: Client, corpus: Path, tmp_path: Path
) -> None:
    outside = tmp_path / "precious.xml"
    outside.write_bytes(b"mine")
    corpus.mkdir()
    entry = {"url": "x", "etag": "", "modified": "", "file": "../precious.xml", "sha256": saving._sha256(b"mine")}
    (corpus / saving.MEMORY).write_text(json.dumps({"papers": {ID: entry}, "halves": {}}), "utf-8")
    served(server, {"xml": "/a.xml"})
    server.routes["/a.xml"] = Answer(official_xml(ID))
    assert list(fetched(client, corpus).saved) == [ID]
    assert outside.read_bytes() == b"mine"


def test_half_a_file_is_continued(server: Server, client: Client, corpus: Path) -> None:
    whole = official_xml(ID, "lang " * 5000)
    served(server, {"xml": "/a.xml"})
    server.routes["/a.xml"] = ranged(whole, '"v1"', first=9000)
    assert fetched(client, corpus).saved[ID].read_bytes() == whole
    assert [asked.headers.get("range") for asked in server.asked if asked.path == "/a.xml"] == [None, "bytes=9000-"]
    assert server.asked[-1].headers["if-range"] == '"v1"'


def test_half_a_file_of_an_earlier_run_is_continued(
    server: Server, clock: Time, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = official_xml(ID, "lang " * 5000)
    served(server, {"xml": "/a.xml"})
    server.routes["/a.xml"] = Answer(whole[:9000], headers={"ETag": '"v1"'}, promised=len(whole))
    with Client(server.sites(), clock.pace()) as first:
        assert "broke off" in fetched(first, corpus).refused[ID]
    assert visible(corpus) == []
    half = corpus / f".{ID}.xml.part"
    assert whole.startswith(half.read_bytes())
    server.routes["/a.xml"] = ranged(whole, '"v1"')
    size = half.stat().st_size
    with Client(server.sites(), clock.pace()) as second:
        assert fetched(second, corpus).saved[ID].read_bytes() == whole
    assert server.asked[-1].headers["range"] == f"bytes={size}-"


@pytest.mark.parametrize("etag", ['"v2"', 'W/"v1"', ""])
def test_half_a_file_that_has_changed_since_is_fetched_whole(
    server: Server, client: Client, corpus: Path, etag: str
) -> None:
    first, second = official_xml(ID, "oud " * 5000), official_xml(ID, "nieuw " * 5000)
    served(server, {"xml": "/a.xml"})
    server.routes["/a.xml"] = [
        Answer(first[:9000], headers={"ETag": 'W/"v1"' if etag.startswith("W") else '"v1"'}, promised=len(first)),
        Answer(second, headers={"ETag": etag}),
    ]
    assert fetched(client, corpus).saved[ID].read_bytes() == second


def test_a_mark_that_cannot_be_sent_back_is_not(server: Server, client: Client, corpus: Path) -> None:
    served(server, {"xml": "/a.xml"}, modified="1")
    server.routes["/a.xml"] = Answer(official_xml(ID), headers={"ETag": '"é"'})
    fetched(client, corpus)
    served(server, {"xml": "/a.xml"}, modified="2")
    assert fetched(client, corpus).there == (ID,)
    assert "if-none-match" not in server.asked[-1].headers


def test_a_server_that_continues_elsewhere_is_not_believed(server: Server, client: Client, corpus: Path) -> None:
    whole = official_xml(ID, "lang " * 5000)
    served(server, {"xml": "/a.xml"})
    server.routes["/a.xml"] = [
        Answer(whole[:9000], headers={"ETag": '"v1"'}, promised=len(whole)),
        Answer(whole[5:], 206, {"ETag": '"v1"', "Content-Range": f"bytes 5-{len(whole) - 1}/{len(whole)}"}),
        Answer(status=416),
        Answer(whole, headers={"ETag": '"v1"'}),
    ]
    assert fetched(client, corpus).saved[ID].read_bytes() == whole

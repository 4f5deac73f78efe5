"""Fetching from the official sites, which answer as they should and in every wrong way; how politely they are asked."""

from __future__ import annotations

import gzip
import json
import re
import socket
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fetch_server import (
    FILES,
    SEARCH,
    Answer,
    Server,
    Time,
    answer,
    dawdling,
    official_html,
    official_xml,
    paged,
    ranged,
    record,
)
from ragassist.errors import FetchError, SiteUnavailable, SystemFault, UnknownReference
from ragassist.fetch import Client, Fetched, Record, Sites, download, find, http, saving, sru
from ragassist.fetch.reach import addresses, is_public
from ragassist.references import Dossier, Paper, read

ID = "kst-21501-31-745"
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


@pytest.fixture
def clock() -> Time:
    return Time()


@pytest.fixture
def server(clock: Time) -> Iterator[Server]:
    with Server(clock).running() as server:
        yield server


@pytest.fixture
def client(server: Server, clock: Time) -> Iterator[Client]:
    with Client(server.sites(), clock.pace()) as client:
        yield client


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return tmp_path / "corpus"


def fetched(client: Client, corpus: Path, id: str = ID) -> Fetched:
    """What `ragassist fetch ID` does."""
    return download(client, find(client, Paper(id)), corpus)


def visible(corpus: Path) -> list[str]:
    return sorted(path.name for path in corpus.rglob("*") if path.is_file() and not path.name.startswith("."))


def served(server: Server, files: dict[str, str], **more: str) -> None:
    server.routes["/sru"] = answer([record(ID, {form: server.files + path for form, path in files.items()}, **more)])


# What should go well


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


def visible_after(client: Client, corpus: Path) -> list[str]:
    done = fetched(client, corpus)
    assert not done.refused, done.refused
    return visible(corpus)


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


# What is there already, and what changed


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


# What goes wrong on the other side


def test_a_trickle_is_cut_off_at_its_deadline(server: Server, clock: Time, client: Client, corpus: Path) -> None:
    served(server, {"xml": "/a.xml"})
    server.routes["/a.xml"] = Answer(pieces=lambda: dawdling(clock, b"<", 5), promised=10**6)
    assert "took longer than 60 seconds" in fetched(client, corpus).refused[ID]
    assert server.paths() == ["/sru", "/a.xml"]  # and is not tried again


def test_a_body_without_end_is_cut_off(
    server: Server, clock: Time, client: Client, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saving, "LARGEST", 100_000)
    served(server, {"xml": "/a.xml"})
    server.routes["/a.xml"] = Answer(pieces=lambda: dawdling(clock, b"x" * 5000, 0), promised=-1)
    assert "larger than" in fetched(client, corpus).refused[ID]
    assert not list(corpus.glob("*.part"))
    assert not list(corpus.glob(".*.xml.part"))


def test_a_file_that_says_it_is_too_large_is_not_received(server: Server, client: Client, corpus: Path) -> None:
    served(server, {"xml": "/a.xml", "html": "/a.html"})
    server.routes["/a.xml"] = Answer(b"<", promised=10**12)
    server.routes["/a.html"] = Answer(official_html(ID))
    assert visible_after(client, corpus) == [f"{ID}.html"]


def test_two_at_once_do_not_mix_their_files(server: Server, client: Client, corpus: Path) -> None:
    served(server, {"xml": "/a.xml"})
    server.routes["/a.xml"] = Answer(official_xml(ID))
    with saving.only_fetcher(corpus), pytest.raises(FetchError, match="Another ragassist is fetching"):
        fetched(client, corpus)
    assert visible_after(client, corpus) == [f"{ID}.xml"]


def test_a_folder_that_cannot_be_made_is_one_sentence(server: Server, client: Client, corpus: Path) -> None:
    corpus.write_bytes(b"a file")
    server.routes["/sru"] = answer([])
    with pytest.raises(SystemFault, match="Nothing can be saved in"):
        fetched(client, corpus)


def test_what_comes_compressed_is_not_unpacked(server: Server, client: Client, corpus: Path) -> None:
    served(server, {"xml": "/a.xml"})
    server.routes["/a.xml"] = Answer(gzip.compress(b" " * 10**7), headers={"Content-Encoding": "gzip"})
    assert "compressed" in fetched(client, corpus).refused[ID]
    server.routes["/a.xml"] = Answer(gzip.compress(b" " * 10**7))
    assert "a gzip file, not the paper" in fetched(client, corpus).refused[ID]
    assert visible(corpus) == []


@pytest.mark.parametrize(
    "body",
    [
        b"<!DOCTYPE html><html><title>Er is een storing</title></html>",
        official_html(ID),
        official_xml("kst-21501-31-74"),
        official_xml(ID)[:300],
        b'<?xml version="1.0"?><Error><Code>NoSuchKey</Code></Error>',
        b"",
        PDF,
        b"\x00" * 100,
    ],
    ids=["error page", "html", "another paper", "short", "other xml", "empty", "pdf", "binary"],
)
def test_what_is_not_the_paper_is_not_saved(server: Server, client: Client, corpus: Path, body: bytes) -> None:
    served(server, {"xml": "/a.xml"})
    server.routes["/a.xml"] = Answer(body)
    sentence = fetched(client, corpus).refused[ID]
    assert sentence.startswith(f"{ID}: what the site gives as XML ")
    assert visible(corpus) == []
    assert not list(corpus.glob(".*.xml.part"))


@pytest.mark.parametrize(
    "body",
    [
        official_html("kst-21501-31-7455"),
        f"<html><head><title>{ID} | Fout 404</title></head><body class='stuktitel'>{ID}</body></html>".encode(),
    ],
)
def test_a_page_that_is_not_the_paper_is_not_saved(server: Server, client: Client, corpus: Path, body: bytes) -> None:
    served(server, {"html": "/a.html"})
    server.routes["/a.html"] = Answer(body)
    assert "is not this paper" in fetched(client, corpus).refused[ID]


def test_after_any_mishap_the_same_client_goes_on(server: Server, clock: Time, client: Client, corpus: Path) -> None:
    served(server, {"xml": "/a.xml"})
    mishaps = {
        "took longer": Answer(pieces=lambda: dawdling(clock, b"<", 30), promised=10**6),
        "none of the official sites": Answer(status=302, headers={"Location": "http://127.0.0.1/"}),
        "broke off": Answer(b"<" * 10, promised=20),
        "compressed": Answer(b"x" * 10**6, headers={"Content-Encoding": "br"}),
        "status 418": Answer(b"x" * 10**6, status=418),
    }
    for said, mishap in mishaps.items():
        server.routes["/a.xml"] = mishap
        assert said in fetched(client, corpus).refused[ID]
    server.routes["/a.xml"] = Answer(official_xml(ID))
    assert visible_after(client, corpus) == [f"{ID}.xml"]


def test_one_bad_paper_does_not_stop_the_others(server: Server, client: Client, corpus: Path) -> None:
    ids = [f"kst-21501-31-{number}" for number in (1, 2, 3)]
    server.routes["/sru"] = answer([record(id, {"xml": f"{server.files}/{id}.xml"}) for id in ids])
    for id in ids[::2]:
        server.routes[f"/{id}.xml"] = Answer(official_xml(id))
    told: list[tuple[int, int, str]] = []
    done = download(client, find(client, Dossier("21501-31")), corpus, lambda *step: told.append(step))
    assert list(done.saved) == ids[::2]
    assert done.refused == {ids[1]: f"{ids[1]}: it is not on the official sites, or not yet."}
    assert told == [(0, 3, ids[0]), (1, 3, ids[1]), (2, 3, ids[2]), (3, 3, "")]


BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaaaaaaaa">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
    + b"]><searchRetrieveResponse><numberOfRecords>&j;</numberOfRecords></searchRetrieveResponse>"
)


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (Answer(b"<html>storing</html>"), "an answer"),
        (Answer(b""), "cannot be read"),
        (Answer(BOMB), "cannot be read"),
        (
            Answer(b'<!DOCTYPE r [<!ENTITY f SYSTEM "file:///etc/passwd">]><searchRetrieveResponse>&f;</searchRetrieveResponse>'),
            "cannot be read",
        ),
        (Answer(b'<!DOCTYPE r SYSTEM "x"><searchRetrieveResponse>&x;</searchRetrieveResponse>'), "cannot be read"),
        (answer([], more="<diagnostics><message>Unsupported index</message></diagnostics>"), "Unsupported"),
        (Answer(b"no", 403), "status 403"),
        (Answer(status=404), "status 404"),
    ],
    ids=["page", "empty", "bomb", "outside entity", "entity", "refusal", "403", "404"],
)  # fmt: skip
def test_a_search_that_answers_wrongly_is_one_sentence(
    server: Server, client: Client, found: Answer, said: str
) -> None:
    server.routes["/sru"] = found
    with pytest.raises(FetchError, match=said) as failed:
        find(client, Dossier("21501-31"))
    assert str(failed.value).isprintable()


BODY = answer([record(ID, {"xml": "https://zoek.test/a.xml"}), record("h-tk-20172018-70-6", {})]).body


@given(st.lists(st.tuples(st.integers(0, len(BODY) - 1), st.binary(max_size=6), st.integers(0, 40)), max_size=4))
def test_a_damaged_answer_of_the_search_is_read_or_refused(damage: list[tuple[int, bytes, int]]) -> None:
    body = BODY
    for at, new, gone in damage:
        body = body[:at] + new + body[at + gone :]
    try:
        page = sru.read(body)
    except FetchError:
        return
    assert all(re.fullmatch(r"[a-z]+(-[A-Za-z0-9]+)+", found.id) for found in page.records)


def test_a_number_of_the_tweede_kamer_is_not_searched(server: Server, client: Client) -> None:
    with pytest.raises(UnknownReference, match="number that is printed on the paper"):
        find(client, read("https://www.tweedekamer.nl/kamerstukken/detail?id=2025Z02986&did=2025D06779"))
    assert server.asked == []


# Where it may not go


@pytest.mark.parametrize(
    "where",
    [
        "http://127.0.0.1:1/a.xml", "http://169.254.169.254/latest/meta-data/", "file:///etc/passwd", "ftp://zoek.test/a",
        "https://example.org/a.xml", "//example.org/a.xml", "http://zoek.test/a.xml", "http://localhost/a.xml",
        "http://user@zoek.test:{port}/a.xml", "http://zoek.test:{port}@example.org/", "http://zoek.test.:{port}/a.xml",
        "http://[::1]:{port}/a.xml", "gopher://x", "http://127.0.0.1:{port}/a.xml", "http://[/a.xml",
        "https://zoek.test:{port}/a.xml", "data:text/xml,<a/>",
        "/a\xe9.xml", "/a b.xml\t",
    ],
)  # fmt: skip
def test_a_redirect_to_elsewhere_is_refused(server: Server, client: Client, corpus: Path, where: str) -> None:
    served(server, {"xml": "/a.xml"})
    server.routes["/a.xml"] = Answer(status=302, headers={"Location": where.format(port=server.port)})
    assert "none of the official sites" in fetched(client, corpus).refused[ID]
    assert server.paths() == ["/sru", "/a.xml"]
    assert {asked.host for asked in server.asked} == {SEARCH, FILES}


def test_redirects_among_the_sites_are_followed_but_not_for_ever(server: Server, client: Client, corpus: Path) -> None:
    served(server, {"xml": "/0.xml"})
    for hop in range(5):
        server.routes[f"/{hop}.xml"] = Answer(status=301, headers={"Location": f"/{hop + 1}.xml"})
    server.routes["/5.xml"] = Answer(official_xml(ID))
    assert visible_after(client, corpus) == [f"{ID}.xml"]
    (corpus / f"{ID}.xml").unlink()
    server.routes["/5.xml"] = Answer(status=308, headers={"Location": "/0.xml"})
    assert "without end" in fetched(client, corpus).refused[ID]


def test_addresses_that_the_search_gives_elsewhere_are_not_asked(server: Server, client: Client, corpus: Path) -> None:
    server.routes["/sru"] = answer([record(ID, {"xml": "https://example.org/a.xml", "html": "file:///etc/passwd"})])
    server.routes[f"/{ID}.xml"] = Answer(official_xml(ID))
    assert visible_after(client, corpus) == [f"{ID}.xml"]


@pytest.mark.parametrize("address", ["10.0.0.1", "127.0.0.1", "169.254.169.254", "::1", "::ffff:127.0.0.1"])
def test_a_name_that_leads_inside_the_network_is_not_followed(server: Server, clock: Time, address: str) -> None:
    sites = server.sites(addresses=lambda host, port: ["203.0.113.7", address], is_public=is_public)
    with Client(sites, clock.pace()) as client, pytest.raises(FetchError, match="inside this network"):
        find(client, Paper(ID))
    assert server.asked == []


def test_a_name_that_changes_its_mind_is_looked_at_anew(server: Server, clock: Time) -> None:
    """The names of these tests are known to no system: what was looked up and checked is what is connected to."""
    found = [["127.0.0.1"], ["192.168.0.1"]]
    server.routes["/sru"] = Answer(status=302, headers={"Location": f"{server.files}/a"})
    sites = server.sites(addresses=lambda host, port: found.pop(0))
    with Client(sites, clock.pace()) as client, pytest.raises(FetchError, match="inside this network"):
        find(client, Paper(ID))
    assert {asked.path for asked in server.asked} <= {"/robots.txt"}


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("145.21.0.1", True), ("2a00:d00::1", True), ("64:ff9b::9115:1", True), ("10.1.2.3", False),
        ("172.16.0.1", False), ("192.168.1.1", False), ("127.8.8.8", False), ("0.0.0.1", False),
        ("169.254.169.254", False), ("100.64.0.1", False), ("224.0.0.1", False), ("255.255.255.255", False),
        ("::1", False), ("::", False), ("fe80::1%eth0", False), ("fc00::1", False), ("ff02::1", False),
        ("::ffff:10.0.0.1", False), ("64:ff9b::7f00:1", False), ("2002:7f00:1::", False),
    ],
)  # fmt: skip
def test_which_addresses_are_public(address: str, public: bool) -> None:
    assert is_public(address) is public


def test_names_are_looked_up_by_the_system() -> None:
    assert "127.0.0.1" in addresses("localhost", 80) or "::1" in addresses("localhost", 80)


def test_only_the_two_official_sites_are_asked() -> None:
    sites = Sites()
    for url in (
        "https://repository.overheid.nl/sru?x",
        "https://repository.overheid.nl/frbr/officielepublicaties/kst/1/kst-1-1/1/xml/kst-1-1.xml",
        "https://zoek.officielebekendmakingen.nl:443/kst-1-1.xml",
    ):
        assert sites.allows(url)
    for url in (
        "http://zoek.officielebekendmakingen.nl/kst-1-1.xml",
        "https://zoek.officielebekendmakingen.nl:8443/",
        "https://zoek.officielebekendmakingen.nl.example.org/",
        "https://x:y@zoek.officielebekendmakingen.nl/",
        "https://example.org/?https://zoek.officielebekendmakingen.nl/",
        "https://zoek.officielebekendmakingen.nl\\@example.org/",
    ):
        assert not sites.allows(url)


def test_proxies_in_the_environment_are_not_used(
    server: Server, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    server.routes["/sru"] = answer([])
    assert find(client, Paper(ID)) == (Record(ID),)


# How politely it asks


def test_requests_keep_their_distance_one_at_a_time(server: Server, clock: Time, client: Client, corpus: Path) -> None:
    ids = [f"kst-21501-31-{number}" for number in range(5)]
    server.routes["/sru"] = answer([record(id, {"xml": f"{server.files}/{id}.xml"}) for id in ids])
    for id in ids:
        server.routes[f"/{id}.xml"] = Answer(official_xml(id))
    assert len(download(client, find(client, Dossier("21501-31")), corpus).saved) == 5
    times = [asked.at for asked in server.asked]
    assert len(times) == 8  # two robots.txt, a search, five papers
    assert all(later - earlier >= 1 for earlier, later in pairwise(times))
    assert server.most_at_once == 1


def test_a_longer_pause_is_kept(server: Server, clock: Time) -> None:
    server.routes["/sru"] = answer([record(ID, {})], total=500)
    with Client(server.sites(), clock.pace(delay=7)) as client:
        find(client, None, text="x")
    assert clock.slept == [7, 7]


def test_robots_txt_is_read_once_a_site_and_obeyed(server: Server, clock: Time, client: Client, corpus: Path) -> None:
    rules = b"User-agent: *\nDisallow: /secret/\nCrawl-delay: 4\n"
    server.routes["/robots.txt"] = Answer(rules)
    served(server, {"xml": "/secret/a.xml"})
    assert "robots.txt" in fetched(client, corpus).stopped
    served(server, {"xml": "/a.xml"})
    server.routes["/a.xml"] = Answer(official_xml(ID))
    assert list(fetched(client, corpus).saved) == [ID]
    assert [asked.host for asked in server.asked if asked.path == "/robots.txt"] == [SEARCH, FILES]
    assert "/secret/a.xml" not in server.paths()
    assert clock.slept == [4, 1, 4, 4]


def test_a_site_that_forbids_programs_is_not_asked(server: Server, client: Client) -> None:
    server.routes["/robots.txt"] = Answer(b"User-agent: ragassist\nDisallow: /\n")
    with pytest.raises(SiteUnavailable, match=r"robots\.txt"):
        find(client, Paper(ID))
    assert server.paths() == []


def test_a_site_whose_rules_cannot_be_read_is_not_asked(server: Server, client: Client) -> None:
    server.routes["/robots.txt"] = Answer(status=500)
    with pytest.raises(SiteUnavailable):
        find(client, Paper(ID))
    assert {asked.path for asked in server.asked} == {"/robots.txt"}
    assert len(server.asked) == 4


def test_a_wait_that_is_asked_for_is_kept(server: Server, clock: Time, client: Client) -> None:
    server.routes["/sru"] = [Answer(status=429, headers={"Retry-After": "30"}), answer([record(ID, {})])]
    assert find(client, Paper(ID))[0].date == "2024-04-24"
    assert clock.slept == [1, 30]
    server.routes["/sru"] = Answer(status=503, headers={"Retry-After": "3600"})
    with pytest.raises(SiteUnavailable, match="left alone for 3600 seconds"):
        find(client, Paper(ID))


def test_a_date_to_wait_until_is_understood() -> None:
    assert http._seconds("Wed, 21 Oct 2015 07:28:00 GMT") == 0
    assert (http._seconds("Wed, 21 Oct 2099 07:28:00 GMT") or 0) > 10**6
    assert http._seconds("soon") is None
    assert http._seconds("9" * 30) is None


def test_who_stays_busy_is_left_alone(server: Server, clock: Time, client: Client, corpus: Path) -> None:
    ids = ["kst-1-1", "kst-1-2"]
    server.routes["/sru"] = answer([record(id, {"xml": f"{server.files}/{id}.xml"}) for id in ids])
    server.routes["/kst-1-1.xml"] = Answer(status=429)
    done = download(client, find(client, Dossier("1")), corpus)
    assert "has too much to do" in done.stopped
    assert server.paths() == ["/sru", *["/kst-1-1.xml"] * 4]
    assert clock.slept[-3:] == [1.5, 2.5, 4.5]


def test_a_fault_that_passes_is_waited_out(server: Server, clock: Time, client: Client, corpus: Path) -> None:
    served(server, {"xml": "/a.xml"})
    server.routes["/a.xml"] = [Answer(status=500), Answer(status=502), Answer(official_xml(ID))]
    assert visible_after(client, corpus) == [f"{ID}.xml"]
    assert clock.slept[-2:] == [1.5, 2.5]


def test_a_fault_that_stays_is_told_and_no_worse_form_is_taken(server: Server, client: Client, corpus: Path) -> None:
    served(server, {"xml": "/a.xml", "pdf": "/a.pdf"})
    server.routes |= {"/a.xml": Answer(status=500), "/a.pdf": Answer(PDF)}
    assert "status 500" in fetched(client, corpus).refused[ID]
    assert visible(corpus) == []
    server.routes["/a.xml"] = Answer(status=403)
    assert "status 403" in fetched(client, corpus).refused[ID]
    assert server.paths().count("/a.xml") == 4 + 1  # what does not pass is not tried again


# Without a network


def test_without_a_network_it_says_so_at_once(clock: Time) -> None:
    def nothing(host: str, port: int) -> list[str]:
        raise socket.gaierror(-3, "Temporary failure in name resolution")

    with Client(Sites(addresses=nothing), clock.pace()) as client, pytest.raises(SiteUnavailable) as failed:
        find(client, Paper(ID))
    assert str(failed.value) == "repository.overheid.nl cannot be reached; is there a network?"
    assert clock.slept == []


def test_a_site_that_refuses_connections_cannot_be_reached(server: Server, clock: Time) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    sites = server.sites(search=f"http://{SEARCH}:{port}/sru")
    with Client(sites, clock.pace()) as client, pytest.raises(SiteUnavailable, match="cannot be reached"):
        find(client, Paper(ID))


def test_the_other_address_of_a_site_is_tried(server: Server, clock: Time) -> None:
    server.routes["/sru"] = answer([])
    both = server.sites(addresses=lambda host, port: ["127.0.0.2", "127.0.0.1"], is_public=lambda address: True)
    with Client(both, clock.pace()) as client:
        assert find(client, Paper(ID)) == (Record(ID),)


def test_a_site_without_a_good_certificate_is_not_trusted(server: Server, clock: Time) -> None:
    sites = server.sites(search=f"https://{SEARCH}:{server.port}/sru")  # this server speaks no TLS at all
    with Client(sites, clock.pace()) as client, pytest.raises(SiteUnavailable, match="no certificate"):
        find(client, Paper(ID))

"""What the official sites, or whoever stands in for them, may not do: flood, trickle, deceive, send on to elsewhere."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fetch_server import (  # noqa: F401 - fixtures
    FILES,
    ID,
    PDF,
    SEARCH,
    Answer,
    Server,
    Time,
    a_client,
    a_clock,
    a_corpus,
    a_server,
    answer,
    dawdling,
    fetched,
    official_html,
    official_xml,
    record,
    served,
    visible,
    visible_after,
)
from ragassist.errors import FetchError, SystemFault, UnknownReference
from ragassist.fetch import Client, Record, Sites, download, find, saving, sru
from ragassist.fetch.reach import addresses, is_public
from ragassist.references import Dossier, Paper, read


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

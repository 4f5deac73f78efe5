"""How politely the official sites are asked, and what is said when they cannot be reached."""

from __future__ import annotations

import socket
from itertools import pairwise
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
    fetched,
    official_xml,
    record,
    served,
    visible,
    visible_after,
)
from ragassist.errors import SiteUnavailable
from ragassist.fetch import Client, Record, Sites, download, find, http
from ragassist.references import Dossier, Paper


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


@given(st.one_of(st.text(max_size=30), st.from_regex(r"\A\w{3}, \d{1,12} \w{3} \d{1,6} \d\d:\d\d:\d\d [-+GMT\d]{1,6}")))
def test_whatever_a_server_asks_to_wait_is_a_time_or_nothing(asked: str) -> None:
    seconds = http._seconds(asked)
    assert seconds is None or seconds >= 0


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

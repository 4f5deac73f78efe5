"""The papers beside the chat, as a user has them in Debian's chromium."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import FilePayload, Locator, Page, Route, expect

from browsing import NARROW, Visit, serving, shoot
from printed_papers import CORPUS, INVENTED, SEED
from ragassist.rendering import clean
from ragassist.rendering.cards import notice_card
from sample_replies import ATTACKS, ID, LISTED

PAPERS = "/?view=papers"
PAGE = 50  # lines shown at once


class Folder(NamedTuple):
    """A page over a folder of its own."""

    address: str
    corpus: Path


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with serving("sample_replies.py") as address:
        yield address


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, seed_index: Path) -> Iterator[Folder]:
    place = tmp_path_factory.mktemp("papers")
    shutil.copytree(CORPUS, place / "corpus")
    shutil.copytree(seed_index, place / "index")
    with serving("papers_server.py", str(place / "corpus"), str(place / "index")) as address:
        yield Folder(address, place / "corpus")


def rows(page: Page) -> Locator:
    return page.locator("#papers tbody tr")


def ready(page: Page) -> Page:
    expect(rows(page).first).to_be_visible(timeout=20_000)
    expect(page.locator(".masthead .count")).not_to_be_empty(timeout=20_000)
    return page


def give(page: Page, *files: tuple[str, bytes]) -> None:
    payloads: list[FilePayload] = [{"name": name, "mimeType": "text/plain", "buffer": data} for name, data in files]
    page.locator("#files").set_input_files(payloads)


def test_the_list_is_filtered_sorted_and_paged_by_addresses(visit: Visit) -> None:
    page = ready(visit(PAPERS))
    expect(rows(page)).to_have_count(PAGE)
    expect(page.locator("#papers .count")).to_have_text(f"1–{PAGE} van {len(LISTED)}")
    expect(rows(page).first).to_contain_text("Stallen & stations")  # the newest
    page.get_by_role("link", name="Volgende").click()
    expect(page).to_have_url(re.compile("page=2"))
    expect(page.locator("#papers .count")).to_have_text(re.compile(f"^{PAGE + 1}–"))
    page.reload()
    expect(ready(page).locator("#papers .count")).to_have_text(re.compile(f"^{PAGE + 1}–"))
    page.go_back()
    expect(page.locator("#papers .count")).to_have_text(re.compile("^1–"))
    page.get_by_role("link", name="Antwoorden").click()
    expect(page.get_by_role("columnheader", name="Antwoorden")).to_have_attribute("aria-sort", "descending")
    expect(rows(page).first.locator(".answers")).to_have_text("9")
    page.get_by_role("searchbox", name="Zoek in de lijst").fill("STALLEN kamerstukken 2030")
    expect(rows(page)).to_have_count(1)
    expect(page).to_have_url(re.compile("find=STALLEN"))
    page.reload()
    expect(rows(ready(page))).to_have_count(1)
    page.get_by_role("searchbox").fill("nergens")
    expect(page.locator("#papers .list")).to_contain_text("Niets in de lijst bevat “nergens”.")


def test_hostile_titles_are_shown_and_do_nothing(visit: Visit) -> None:
    page = ready(visit(PAPERS))
    shown = page.locator("#papers .title").all_text_contents()
    titles = {f"{clean(attack)} ({n})" for n, attack in enumerate(ATTACKS * 10, 1)}
    assert len(set(shown) & titles) == PAGE - 1
    shoot(page, "papers-hostile")


def test_a_paper_opens_beside_the_list_and_the_chat_is_kept(visit: Visit) -> None:
    page = visit("/?q=nergens")
    expect(page.locator(".reply")).to_be_visible()
    page.get_by_role("link", name="Stukken").click()
    ready(page)
    expect(page.locator("#chat")).to_be_hidden()
    expect(page.get_by_role("link", name="Stukken")).to_have_attribute("aria-current", "page")
    page.get_by_role("link", name="Stallen & stations").click()
    expect(page.frame_locator("#source iframe").locator("h1")).to_contain_text("Stallen & stations")
    expect(page).to_have_url(re.compile(rf"view=papers&doc={ID}$"))
    expect(page.locator("tr.open")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator("#source")).to_be_hidden()
    expect(page).to_have_url(re.compile("view=papers$"))
    page.get_by_role("link", name="Vragen").click()
    expect(page.locator(".reply")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/\?q=nergens$"))
    expect(page.locator(".reply")).to_have_count(1)
    page.go_back()
    expect(rows(page).first).to_be_visible()


def test_papers_that_are_only_shown_say_so(visit: Visit) -> None:
    page = ready(visit(PAPERS, size=NARROW, lang="en-GB"))
    expect(page.locator("#papers .note")).to_have_text("The papers are shown here; they cannot be added or taken out.")
    expect(page.locator("#papers button:visible")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW[0]
    shoot(page, "narrow-papers")


def test_a_panel_that_was_made_too_early_gets_its_list(visit: Visit) -> None:
    page = visit("/")

    def too_early(route: Route) -> None:
        told = route.fetch()
        waiting = notice_card("Een ogenblik…", "nl")
        body, found = re.subn(r'(<div class="list"[^>]*>).*(</div>)', rf"\1{waiting}\2", told.text(), flags=re.DOTALL)
        assert found
        route.fulfill(response=told, body=body)

    page.route("**/papers/panel*", too_early)
    page.get_by_role("link", name="Stukken").click()
    expect(page.locator("#papers .notice")).to_have_text("Een ogenblik…")
    expect(rows(page).first).to_be_visible()


def test_files_come_in_and_go_out(visit: Visit, folder: Folder) -> None:
    page = ready(visit(PAPERS, base=folder.address))
    hostile = "<img src=x onerror=alert(1)>.pdf"
    give(page, (INVENTED[0].name, INVENTED[0].read_bytes()), (hostile, b"%PDF-1.7\n%%EOF"), ("x.exe", b"MZ\x00\x01"))
    results = page.locator("#papers .results li")
    expect(results).to_have_count(3)
    expect(results.filter(has_text=INVENTED[0].name)).to_contain_text("gelezen", timeout=20_000)
    expect(results.filter(has_text=hostile)).to_contain_text("geweigerd", timeout=20_000)
    expect(results.filter(has_text="x.exe")).to_contain_text("geweigerd")
    expect(page.locator("#papers .said")).to_have_text("2 geweigerd, 1 gelezen", timeout=20_000)
    expect(page.locator(".masthead .count")).to_have_text("2")
    expect(rows(page).filter(has_text=INVENTED[0].stem.split("-")[1]).first).to_contain_text("doorzoekbaar")
    shoot(page, "papers-added")
    out = page.locator(f"button.out[data-id='{INVENTED[0].stem}']")
    out.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("niet meer uit geciteerd")
    shoot(page, "papers-sure")
    page.keyboard.press("Escape")
    expect(out).to_be_focused()
    assert (folder.corpus / INVENTED[0].name).exists()
    out.press("Enter")
    dialog.get_by_role("button", name="Verwijder").press("Enter")
    expect(page.locator(".masthead .count")).to_have_text("1", timeout=20_000)
    expect(out).to_have_count(0)
    assert not (folder.corpus / INVENTED[0].name).exists()


def test_a_job_is_seen_in_any_window_can_be_stopped_and_tried_again(visit: Visit, folder: Folder) -> None:
    page = ready(visit(PAPERS, base=folder.address))
    big = SEED.read_text("utf-8").replace("21 501-31", "21 501-32").replace("ingen", "eringen")
    give(page, *((f"kst-21501-32-{n}.txt", big.encode()) for n in (1, 2)))
    job = page.locator("#papers .job")
    expect(job).to_contain_text(re.compile("Doorzoekbaar maken|Stukken lezen"), timeout=10_000)
    expect(page.get_by_role("progressbar")).to_be_visible()
    page.reload()
    expect(job).to_be_visible()
    shoot(page, "papers-progress")
    page.get_by_role("button", name="Stop").click()
    expect(page.locator("#papers .results")).to_contain_text("nog niet gelezen", timeout=20_000)
    expect(job).to_be_hidden()
    expect(page.locator(".masthead .count")).to_have_text("1")
    expect(page.get_by_role("button", name="Probeer opnieuw")).to_be_visible()


def test_a_wish_without_a_network_is_answered_in_a_sentence(visit: Visit, folder: Folder) -> None:
    page = ready(visit(PAPERS, base=folder.address))
    page.get_by_label("Of noem een stuk").fill("21 501-31, nr. 745")
    page.keyboard.press("Enter")
    expect(page.locator("#papers .results")).to_contain_text("is nu niet te bereiken", timeout=20_000)

"""The page as a user has it, in Debian's chromium. What it looks like is left in tests/screenshots/, outside git."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from urllib.parse import quote

import pytest
from playwright.sync_api import BrowserContext, FrameLocator, Locator, Page, expect

from browsing import NARROW, Visit, serving, shoot
from ragassist.rendering import clean
from sample_replies import ATTACKS, DOCUMENT, ID

QUESTION = "Wat kosten weesfietsen op het perron?"
EVIDENCE = "Voor weesfietsen op het perron is in 2031 een bedrag van 8 miljoen euro uitgetrokken."
CITED = 9  # the paragraph with that evidence


def sampled(seconds: float = 0, port: int = 0) -> AbstractContextManager[str]:
    """The sample app, served; its address."""
    return serving("sample_replies.py", str(seconds), str(port))


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with sampled() as address:
        yield address


def box(page: Page) -> Locator:
    return page.get_by_role("textbox", name=re.compile("Uw vraag|Your question"))


def ask(page: Page, question: str) -> Locator:
    """Ask by Enter; the reply."""
    before = page.locator(".reply, .notice").count()
    expect(box(page)).to_be_enabled()
    box(page).fill(question)
    box(page).press("Enter")
    reply = page.locator(".reply, .notice").nth(before)
    expect(reply).to_be_visible()
    return reply


def source(page: Page) -> FrameLocator:
    return page.frame_locator("#source iframe")


def expect_marked(page: Page, number: int) -> None:
    """The paragraph is the target in the frame, and is in view."""
    marked = source(page).locator(":target")
    expect(marked).to_have_attribute("id", f"p{number}")
    expect(marked).to_be_in_viewport()
    expect(page.locator("#chat")).to_be_visible()


def test_the_first_page_says_what_this_is_and_gives_examples(visit: Visit) -> None:
    page = visit()
    expect(page.get_by_role("heading", name="Wat wilt u weten?")).to_be_visible()
    expect(page.locator(".examples a")).to_have_count(4)
    expect(page.locator(".papers")).to_contain_text("Stallen & stations: «fietsen» in 2031")
    expect(page).to_have_title("ragassist")
    assert page.locator("html").get_attribute("lang") == "nl"
    shoot(page, "welcome")


def test_an_example_is_asked_by_a_click(visit: Visit) -> None:
    page = visit()
    expect(box(page)).to_be_enabled()
    page.locator(".examples a").nth(2).click()
    expect(page.locator(".asked")).to_have_text("Wat kost het: weesfietsen op het perron?")
    expect(page.locator(".reply mark").first).to_have_text(EVIDENCE)


def test_a_question_brings_cards_with_evidence_and_source(visit: Visit) -> None:
    page = visit()
    reply = ask(page, QUESTION)
    expect(reply.locator(".verdict")).to_contain_text("Antwoord gevonden")
    expect(reply.locator(".verdict")).to_contain_text("sterk bewijs")
    card = reply.locator(".hit").first
    expect(card.locator(".who").first).to_contain_text("Lijst Ketting vroeg")
    expect(card).to_contain_text("Minister van Fietszaken antwoordde")
    expect(card.locator("mark")).to_have_text(EVIDENCE)
    expect(card.locator("footer a")).to_have_text("[1] Kamerstukken II 2030/31, 99999, nr. 7, p. 2")
    expect(card.locator(".question blockquote")).to_be_hidden()
    card.locator("summary").click()
    expect(card.locator(".question blockquote")).to_contain_text("Wat gaat de Minister doen?")
    expect_marked(page, CITED)
    expect(page).to_have_url(re.compile(rf"/\?q={re.escape(quote(QUESTION))}&doc={ID}#p{CITED}$"))
    expect(box(page)).to_have_value("")
    shoot(page, "found")


def test_three_answers_and_more_on_request(visit: Visit) -> None:
    reply = ask(visit(), QUESTION)
    expect(reply.locator(".hit:visible")).to_have_count(3)
    reply.get_by_text("Meer antwoorden (5)").click()
    expect(reply.locator(".hit:visible")).to_have_count(8)


def test_a_citation_moves_the_source_and_keeps_the_chat(visit: Visit) -> None:
    page = visit()
    reply = ask(page, QUESTION)
    expect_marked(page, CITED)
    for rank in (1, 2):
        mark = reply.locator(".hit").nth(rank).locator("a.mark")
        mark.click()
        number = int(re.search(r"#p(\d+)$", mark.get_attribute("href") or "")[1])  # type: ignore[index]
        expect_marked(page, number)
        expect(page).to_have_url(re.compile(rf"#p{number}$"))
        expect(mark).to_have_attribute("aria-current", "true")
    page.go_back()
    expect(page).to_have_url(re.compile("#p3$"))
    expect_marked(page, 3)
    assert page.locator(".reply").count() == 1


def test_escape_closes_the_source_wherever_the_focus_is(visit: Visit) -> None:
    page = visit()
    reply = ask(page, QUESTION)
    panel = page.locator("#source")
    expect_marked(page, CITED)
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(page).to_have_url(re.compile(rf"/\?q={re.escape(quote(QUESTION))}$"))
    mark = reply.locator("a.mark").first
    mark.press("Enter")
    expect(panel).to_be_visible()
    source(page).locator("h1").click()
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(mark).to_be_focused()
    ask(page, "Wat kosten bakfietsen in de spits?")
    expect(panel).to_be_hidden()  # closed by hand, it waits until it is asked for


def test_a_link_opens_the_same_view(visit: Visit) -> None:
    page = visit(f"/?q={quote(QUESTION)}&doc={ID}#p21")
    expect_marked(page, 21)
    expect(page.locator(".asked")).to_have_text(QUESTION)
    expect(page.locator(".reply mark").first).to_have_text(EVIDENCE)
    expect(page).to_have_url(re.compile("#p21$"))
    page.reload()
    expect_marked(page, 21)
    expect(page.locator(".reply")).to_have_count(1)


def test_back_goes_to_the_question_before(visit: Visit) -> None:
    page = visit()
    ask(page, QUESTION)
    expect_marked(page, CITED)
    ask(page, "Wat kosten bakfietsen in de spits?")
    expect_marked(page, 15)
    page.go_back()
    expect_marked(page, CITED)
    expect(page.locator(".asked", has_text=QUESTION)).to_be_in_viewport()
    page.go_forward()
    expect_marked(page, 15)
    assert page.locator(".reply").count() == 2


@pytest.mark.parametrize(
    ("button", "text"),
    [
        ("citaat", f"{DOCUMENT.paragraph(CITED).text}”\n\nKamerstukken II 2030/31, 99999, nr. 7, p. 2"),
        ("verwijzing", "Kamerstukken II 2030/31, 99999, nr. 7, p. 2"),
        ("link", f"/?q={quote(QUESTION)}&doc={ID}#p{CITED}"),
    ],
)
def test_copying(visit: Visit, address: str, button: str, text: str) -> None:
    page = visit()
    copy = ask(page, QUESTION).locator(".copies button", has_text=button).first
    copy.click()
    expect(page.locator(".copies").first).to_contain_text("Gekopieerd")
    expect(page.get_by_role("status").filter(has_text="Gekopieerd")).to_have_count(1)
    copied = page.evaluate("navigator.clipboard.readText()")
    assert text in copied
    assert (copied == text) == (button == "verwijzing")
    assert copied.startswith(address) == (button == "link")
    expect(page.locator(".copies").first).to_contain_text(button)


def test_not_found_is_a_state_of_its_own(visit: Visit) -> None:
    page = visit()
    near = ask(page, "Wat kost het bijna?")
    expect(near.locator(".verdict")).to_contain_text("Niet gevonden")
    expect(near.locator(".verdict")).to_contain_text("dit komt het dichtst in de buurt")
    expect(near.locator(".hit:visible")).to_have_count(3)
    assert _top(near.locator(".verdict")) < _top(near.locator(".hit").first)
    shoot(page, "nearest")
    absent = ask(page, "nergens")
    expect(absent.locator(".verdict")).to_contain_text("Deze stukken geven hier geen antwoord op.")
    expect(absent.locator(".hit:visible")).to_have_count(0)
    expect(page.locator("#source")).to_be_hidden()
    shoot(page, "absent")
    absent.get_by_text("Toch zien wat het dichtst in de buurt komt").click()
    expect(absent.locator(".hit:visible")).to_have_count(3)


def _top(locator: Locator) -> float:
    place = locator.bounding_box()
    assert place
    return place["y"]


def test_a_bad_question_is_answered_in_a_sentence_and_nothing_is_lost(visit: Visit) -> None:
    page = visit()
    expect(ask(page, "")).to_have_text("Typ eerst een vraag.")
    expect(ask(page, "x" * 100_000)).to_contain_text("100000 tekens")
    assert len(box(page).input_value()) == 100_000
    expect(ask(page, "maak het kapot")).to_contain_text("Er ging iets mis")
    expect(box(page)).to_have_value("maak het kapot")
    expect(ask(page, QUESTION)).to_contain_text("Antwoord gevonden")
    assert page.locator(".notice").count() == 3


def test_on_a_narrow_screen_the_source_is_a_sheet(visit: Visit) -> None:
    page = visit(size=NARROW)
    expect(page.locator(".examples")).to_be_visible()
    shoot(page, "narrow-welcome")
    reply = ask(page, QUESTION)
    panel = page.locator("#source")
    expect(panel).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW[0]
    shoot(page, "narrow-found")
    reply.locator("a.mark").first.click()
    expect_marked(page, CITED)
    shoot(page, "narrow-source")
    close = page.get_by_role("button", name="Sluit de bron")
    expect(close).to_be_focused()
    close.click()
    expect(panel).to_be_hidden()


def test_the_keyboard_alone_will_do(visit: Visit) -> None:
    page = visit()
    expect(box(page)).to_be_focused()
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    expect_marked(page, CITED)
    summary = page.locator(".reply summary").first
    summary.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".question blockquote").first).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect_marked(page, CITED)


def test_a_screen_reader_hears_no_markup(visit: Visit) -> None:
    page = visit()
    ask(page, QUESTION)
    expect(page.locator("[aria-label*='<']")).to_have_count(0)
    expect(page.get_by_role("log")).to_have_count(1)
    expect(page.get_by_role("complementary", name="Bron")).to_be_visible()
    expect(page.locator("iframe")).to_have_attribute("title", "Bron")
    for quoted in page.locator("blockquote").all():
        assert quoted.get_attribute("lang") == "nl"


def test_an_english_browser_reads_english_around_dutch_quotes(visit: Visit) -> None:
    page = visit(lang="en-GB")
    expect(page.get_by_role("heading", name="What would you like to know?")).to_be_visible()
    expect(page.locator(".masthead")).to_contain_text("answers from Dutch parliamentary papers")
    reply = ask(page, QUESTION)
    expect(reply).to_contain_text("Answer found")
    expect(reply).to_contain_text("Lijst Ketting asked")
    expect_marked(page, CITED)
    expect(source(page).locator(".speaker").first).to_contain_text("asks")
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_the_page_is_up_while_the_index_is_built_and_then_works_by_itself(visit: Visit) -> None:
    with sampled(seconds=4) as address:
        page = visit(f"/?q={quote(QUESTION)}", base=address)
        expect(page.get_by_text(re.compile(r"doorzoekbaar gemaakt: [0-3]/4"))).to_be_visible()
        expect(page.get_by_role("progressbar")).to_be_visible()
        expect(box(page)).to_be_disabled()
        shoot(page, "progress")
        expect(page.locator(".reply mark").first).to_have_text(EVIDENCE, timeout=8000)
        expect(box(page)).to_be_enabled()


def test_the_page_goes_on_after_a_restart(contexts: Callable[[str], BrowserContext]) -> None:
    page = contexts("nl-NL").new_page()
    with sampled() as address:
        page.goto(f"{address}/?q={quote(QUESTION)}")
        expect(page.locator(".reply")).to_be_visible()
    with sampled(port=int(address.rpartition(":")[2])):
        box(page).fill("Wat kosten bakfietsen in de spits?")
        box(page).press("Enter")
        expect(page.locator(".asked", has_text="bakfietsen")).to_be_visible()
        expect(page.locator(".reply").last.locator("mark").first).to_contain_text("bakfietsen")
        page.close()


def test_too_much_text_to_send_is_told_and_kept(contexts: Callable[[str], BrowserContext], address: str) -> None:
    page = contexts("nl-NL").new_page()
    page.goto(address)
    expect(box(page)).to_be_enabled()
    box(page).fill("é" * 600_000)
    box(page).press("Enter")
    expect(page.get_by_text("Dit is te veel tekst voor een vraag.")).to_be_visible()
    assert len(box(page).input_value()) == 600_000
    expect(ask(page, QUESTION)).to_contain_text("Antwoord gevonden")
    page.close()


def test_a_loaded_paper_can_be_opened_before_anything_is_asked(visit: Visit) -> None:
    page = visit()
    page.locator(".papers a").click()
    expect(source(page).get_by_role("heading", name="Stallen & stations")).to_be_visible()
    expect(page).to_have_url(re.compile(rf"/\?doc={ID}$"))
    page.get_by_role("link", name="ragassist").click()
    expect(page.locator("#source")).to_be_hidden()


def test_hostile_papers_are_quoted_and_do_nothing(visit: Visit) -> None:
    page = visit()
    reply = ask(page, "aanval")
    quoted = [mark.text_content() for mark in reply.locator(".cited p").all()]
    assert quoted == [f"[1] {clean(attack)}" for attack in ATTACKS]
    page.mouse.move(400, 400)
    page.wait_for_timeout(300)


@pytest.mark.parametrize(
    "attack",
    [
        "<img src=https://evil.example/p.png onerror=alert(1)>",
        "![x](https://evil.example/p.png)",
        "<script>alert(1)</script>",
    ],
)
def test_hostile_questions_are_shown_and_do_nothing(visit: Visit, attack: str) -> None:
    page = visit(f"/?q={quote(attack)}")
    expect(page.locator(".asked")).to_have_text(attack)
    page.wait_for_timeout(200)

"""Chapters 12 and 13 in a browser: judging, keeping, saving, comparing, refusing; the look-back; without script."""

import json

import pytest

from casebook import agreement, appraisal, look_back
from conftest import overflow, violations

PAGE, CAPSTONE = "/book/12-appraising-the-report.html", "/book/13-capstone.html"


def export(judgements, form="care", **more):
    """A file as a page writes it, with these judgements."""
    entries = {str(n): {"judgement": j, "note": ""} for n, j in judgements.items()}
    return json.dumps({"book": "One Child, One Table", "saved": "2026-01-01T00:00:00Z", "kind": "appraisal",
                       "form": form, "judgements": entries} | more)


REFUSED = {
    "no JSON": "{", "a list": "[]", "another book": export({1: "no"}, book="Another"),
    "another kind": export({1: "no"}, kind="ledger"),
    "another form": export({1: "no"}, form="murad"), "an unknown word": export({1: "perhaps"}),
    "an unknown item": export({14: "no"}),
    "a prototype": export({1: "no"}).replace('"1":', '"__proto__":'), "something more": export({1: "no"}, extra="<b>"),
    "no note": export({1: "no"}).replace(', "note": ""', ""),
    "a long note": export({1: "no"}).replace('"note": ""', f'"note": "{"x" * 301}"'),
    "a number for a word": export({1: "no"}).replace('"no"', "1"),
    "a list of judgements": export({}).replace('"judgements": {}', '"judgements": []'),
    "too large": export({1: "no"}, saved="x" * 100_001)}


@pytest.fixture
def page(open_page, server):
    return open_page(server + PAGE)


def form(page, name="care"):
    return page.locator(f"[data-appraisal={name}]")


def item(page, n, name="care"):
    return form(page, name).locator(f'[data-item="{n}"]')


def judge(page, n, word, name="care"):
    item(page, n, name).locator(f'input[value="{word}"]').check()


def said(page, name="care"):
    return form(page, name).locator(".appraisal-said").inner_text()


def choose(page, content, which="first", name="care"):
    payload = {"name": f"{which}.json", "mimeType": "application/json", "buffer": content.encode()}
    chooser = form(page, name).locator(f"input[name={which}]")
    chooser.set_input_files(payload)
    chooser.evaluate("""async (input) => {
        await input.files[0]?.text(); await new Promise((done) => setTimeout(done)); }""")    # after the page


def result(page, name="care"):
    return form(page, name).locator(".appraisal-result")


def test_the_books_judgement_waits_for_the_readers(page):
    assert form(page).locator("[data-item]").count() == 13 and form(page, "murad").locator("[data-item]").count() == 8
    assert page.locator("details.model:visible").count() == 0
    judge(page, 7, "partly")
    assert (page.locator("details.model:visible").count() == 1
            and "yes, as far as our copy shows" in item(page, 7).locator(".model").inner_text())
    assert said(page) == "7 Timeline: you say partly, the book says yes. Judged: 1 of 13. Same as the book: 0."
    judge(page, 7, "yes")
    assert said(page).endswith("Same as the book: 1.")


def test_judging_by_keyboard_keeps_the_focus(page):
    item(page, 2).locator("input[value=yes]").focus()
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.name + document.activeElement.value") == "care-2partly"
    page.keyboard.press("Tab")
    page.keyboard.type("end of the text")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY", "the book's judgement comes next"


def test_a_form_is_kept_cleared_and_brought_back(page):
    judge(page, 1, "no")
    item(page, 1).locator("input[type=text]").fill("top of the text")
    item(page, 1).locator("input[type=text]").blur()
    judge(page, 1, "no", "murad")
    page.reload()
    assert (item(page, 1).locator("input[value=no]").is_checked()
            and item(page, 1).locator("input[type=text]").input_value() == "top of the text")
    form(page).get_by_role("button", name="Clear this form").click()
    assert (form(page).locator("input:checked").count() == 0 and said(page) == "Cleared."
            and page.locator("details.model:visible").count() == 1)
    assert form(page, "murad").locator("input:checked").count() == 1, "the other form stays"
    page.keyboard.press("Enter")                                        # focus is on Undo
    assert (item(page, 1).locator("input[value=no]").is_checked()
            and item(page, 1).locator("input[type=text]").input_value() == "top of the text")
    assert page.evaluate("document.activeElement.dataset.action") == "clear"


def test_a_note_being_written_outlives_a_judgement_in_another_tab(page):
    item(page, 1).locator("input[type=text]").press_sequentially("half")
    other = page.context.new_page()
    other.goto(page.url)
    judge(other, 2, "no")
    item(page, 2).locator("input[value=no]:checked").wait_for()
    assert item(page, 1).locator("input[type=text]").input_value() == "half"


def test_a_saved_form_holds_what_was_judged_and_is_read_back(page):
    given = {1: "no", 9: "cannot tell", 13: "partly"}
    for n, word in given.items():
        judge(page, n, word)
    with page.expect_download() as download:
        form(page).get_by_role("button", name="Save this form").click()
    content = download.value.path().read_text("utf-8")
    assert json.loads(content)["judgements"] == {str(n): {"judgement": word, "note": ""} for n, word in given.items()}
    assert said(page) == "Saved: 3 of 13 items."
    form(page).locator(".appraisal-compare summary").click()
    choose(page, content)
    assert result(page).locator(".appraisal-words").inner_text().startswith(
        "Raw agreement: 3 of 13 items (23 %). Not judged by both: 2 Key words")


MADE = list(appraisal.readers("care").values()) + [{1: "no", 13: "yes"}, {}]


def test_agreement_in_the_browser_is_agreement_in_python(page):
    """All pairs of two made files, among them short ones."""
    form(page).locator(".appraisal-compare summary").click()
    care = appraisal.form("care")
    for i, first in enumerate(MADE):
        choose(page, export(first))
        second = MADE[(3 * i + 1) % len(MADE)]
        choose(page, export(second), "second")
        expected = agreement.raw(care, first, second)
        assert result(page).locator(".appraisal-words").inner_text() == expected.words() == said(page)
        marks = result(page).locator("tbody td:last-child").all_inner_texts()
        assert marks == ["same" if n in expected.identical else "differs" if n in expected.differ else "open"
                         for n in range(1, 14)]
    heads = result(page).locator("thead th").all_inner_texts()
    assert heads == ["Item", "First file", "Second file", "Agreement"]


def test_one_file_is_compared_with_the_form_and_follows_it(page):
    form(page).locator(".appraisal-compare summary").click()
    judge(page, 1, "no")
    choose(page, export({1: "no", 2: "yes"}))
    assert result(page).locator("thead th").all_inner_texts()[1:3] == ["File", "Your form"]
    assert "1 of 13" in result(page).inner_text()
    judge(page, 2, "yes")
    assert "2 of 13" in result(page).locator(".appraisal-words").inner_text()


def test_a_file_that_no_form_has_written_is_refused(page):
    form(page).locator(".appraisal-compare summary").click()
    for name, content in REFUSED.items():
        choose(page, export(MADE[0]))
        assert "Raw agreement" in said(page)
        choose(page, content)
        assert "first.json can't be read" in said(page) and result(page).inner_html() == "", name


def test_of_two_files_chosen_quickly_the_second_counts(page):
    form(page).locator(".appraisal-compare summary").click()
    page.evaluate("""() => { const { text } = Blob.prototype;              // the first file is slow to read
        Blob.prototype.text = async function () {
          if (!window.release) await new Promise((done) => { window.release = done; });
          return text.call(this);
        }; }""")
    choose(page, "{")
    choose(page, export({1: "no", 2: "no"}))
    shown = result(page).inner_html()
    page.evaluate("release()")
    page.wait_for_timeout(100)
    assert shown and result(page).inner_html() == shown and "Raw agreement" in said(page)


def test_what_a_file_holds_is_shown_as_text(page):
    form(page).locator(".appraisal-compare summary").click()
    data = json.loads(export({1: "no"}))
    data["judgements"]["1"]["note"] = "<img src=x onerror=document.title='hit'><b>bold</b>"
    choose(page, json.dumps(data))
    assert ("<b>bold</b>" in result(page).inner_text() and result(page).locator("img, b").count() == 0
            and page.title() != "hit")


@pytest.mark.parametrize("width, theme", [(1280, "light"), (320, "dark")])
def test_after_use_it_is_accessible_and_fits(open_page, server, width, theme):
    page = open_page(server + PAGE, width, theme)
    for n in (1, 7):
        judge(page, n, "partly")
    form(page).locator(".appraisal-compare summary").click()
    choose(page, export(MADE[0]))
    assert violations(page, "[data-appraisal=care]") == [] and overflow(page) <= 0
    page.goto(server + CAPSTONE)
    judge(page, 1, "2", "review")
    assert violations(page, "[data-appraisal=review]") == [] and overflow(page) <= 0


def test_without_script_every_judgement_is_there_behind_its_summary(open_page, server):
    page = open_page(server + PAGE, java_script_enabled=False)
    for name in ("care", "murad"):
        asked = appraisal.form(name)
        assert form(page, name).locator("details.model > summary:visible").count() == len(asked.items)
        assert form(page, name).locator("details.model[open]").count() == 0
    assert (page.get_by_role("button", name="Save this form").count() == 0
            and page.locator("input[type=file]:visible").count() == 0)
    item(page, 7).locator("summary").click()
    assert "lost in our copy" in item(page, 7).inner_text()


def test_the_peer_review_sums_and_shows_no_model(open_page, server):
    page = open_page(server + CAPSTONE)
    for n, level in enumerate((3, 2, 3, 0, 1, 3), 1):
        judge(page, n, str(level), "review")
    assert form(page, "review").locator(".appraisal-count").inner_text() == "Judged: 6 of 6. Sum: 12 of 18."
    assert form(page, "review").locator("details.model").count() == 0
    choose_first = export(dict(enumerate("320013", 1)), form="review")
    form(page, "review").locator(".appraisal-compare summary").click()
    choose(page, choose_first, name="review")
    expected = agreement.raw(appraisal.form("review"), dict(enumerate("320013", 1)), dict(enumerate("323013", 1)))
    assert said(page, "review") == expected.words()


def test_the_look_back_begins_with_what_was_missed_while_sure(open_page, server):
    page = open_page(server + CAPSTONE)
    shown = lambda: page.locator(".look-back li").evaluate_all("all => all.map(l => l.dataset.check)")
    mixture = [item.anchor for item in look_back.mixed(13)]
    assert shown() == mixture and page.locator(".look-back-said").is_hidden()
    every = look_back.self_checks(13)
    other = next(item for item in every if item not in look_back.mixed(13))
    asked = {item.id: item for item in every}
    right = lambda item: [option.at for option in item.options if option.correct]
    wrong = lambda item: str(next(at for at in range(9) if at not in right(item)))
    kept = {other.anchor: {"option": wrong(other), "confidence": "70"},
            "q-4-2": {"option": wrong(asked["4.2"]), "confidence": "90"},
            "q-4-3": {"option": wrong(asked["4.3"]), "confidence": "50"},                        # missed, but not sure
            "q-6-5": {"option": str(right(asked["6.5"])[0]), "confidence": "90"}}              # sure, and right
    page.evaluate("kept => localStorage.setItem('one-child-one-table:self-checks', JSON.stringify(kept))", kept)
    page.reload()
    assert shown()[:2] == ["q-4-2", other.anchor] and len(shown()) == 10 == len(set(shown()))
    assert "90 % sure" in page.locator(".look-back li").first.inner_text()
    assert page.locator(
        ".look-back-said").inner_text() == "The first 2 you missed while you were sure. The others are a mixture."


def test_the_look_back_is_a_list_without_script(open_page, server):
    page = open_page(server + CAPSTONE, java_script_enabled=False)
    links = page.locator(".look-back li:visible a").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    assert links == [look_back.address(item) for item in look_back.mixed(13)]


def test_the_capstone_holds_ledger_and_worked_run(open_page, server):
    page = open_page(server + CAPSTONE)
    assert page.locator('[data-ledger="all"]').inner_text().count("No entry is kept") == 1
    page.evaluate("""localStorage.setItem('one-child-one-table:ledger', JSON.stringify({
        1: { number: 60, first: 'a', second: 'b', date: '' },
        10: { number: 40, first: 'c', second: 'd', date: '' } }))""")
    page.reload()
    assert "chapter 1, 60 %; chapter 10, 40 %" in page.locator('[data-ledger="all"] svg').get_attribute("aria-label")
    assert "columns 4 to 7, most often 6 (45 of 120 placements)" in page.locator("main").inner_text()

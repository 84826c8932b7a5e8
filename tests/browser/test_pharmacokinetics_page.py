"""Chapter 8: the chart's words against the Python model for a grid of settings; the picture in stages."""

import re
from itertools import product

import pytest

from casebook import pharmacokinetics as pk
from conftest import overflow, until, violations

PAGE = "/book/08-blocking-il-1.html"
FIGURE = "figure.chart-regimens"
KEYS = list(pk.REGIMENS)
SAYS = re.compile(r"^(?P<name>.+), (?P<weight>[\d.]+) kg, clearance × (?P<factor>[\d.]+): peak (?P<peak>[\d.]+), "
                  r"trough (?P<trough>[\d.]+), mean (?P<mean>[\d.]+) mg/L\. The level is below 0\.4 "
                  r"mg/L from (?P<below>\d+) hours after the last dose\. (?P<mg>\d+) mg a day, (?P<rest>.+)$")


def set_to(page, regimen, weight, factor):
    """Move the controls as a hand would; return the words once they name the setting. A ``Regimen`` is 'Your own'."""
    own = isinstance(regimen, pk.Regimen)
    page.evaluate("""([figure, chosen, own, weight, clearance]) => {
      const form = document.querySelector(figure + ' form');
      const set = (name, value) => { form.querySelector(`input[name=${name}]`).value = value; };
      form.querySelector(`input[name=regimen][value="${chosen}"]`).checked = true;
      if (own) {
        set('own_dose', own[0]); set('own_number', own[2]);
        form.querySelector(`input[name=own_interval][data-value="${own[1]}"]`).checked = true;
      }
      set('weight', weight); set('clearance', clearance);
      form.dispatchEvent(new Event('input', { bubbles: true }));
    }""", [FIGURE, len(KEYS) if own else KEYS.index(regimen),
           [regimen.dose, regimen.interval, regimen.number] if own else None, weight, factor])
    start = f"{(regimen if own else pk.REGIMENS[regimen]).name}, {weight} kg, clearance × {factor:g}:"
    until(page, "([f, s]) => document.querySelector(f + ' .said').textContent.startsWith(s)", arg=[FIGURE, start])
    return page.locator(f"{FIGURE} .said").inner_text()


def own(dose, interval, number):
    return pk.Regimen(f"Your own, {dose} mg/kg every {interval} hours, {number} dose{'s' if number > 1 else ''}", dose,
                      interval, number)


def texts(page):
    return page.locator(f"{FIGURE} svg text").all_text_contents()


def near(printed, value):
    """The number as told is the value, to half a unit of its last digit and one in two hundred."""
    digits = len(printed.partition(".")[2])
    return float(printed) == pytest.approx(value, abs=0.5001 * 10 ** -digits + 0.005 * value)


def check(page, regimen, weight, factor):
    """The words, the note on the cap and the dashes are those of Python's course."""
    words, c = set_to(page, regimen, weight, factor), pk.course(regimen, weight, factor)
    numbers, case = SAYS.match(words), f"{regimen}, {weight} kg, × {factor}"
    assert numbers, words
    for name in ("peak", "trough", "mean"):
        expected = getattr(c, name)
        assert near(numbers[name], expected), f"{case}: {name} {numbers[name]}, expected {expected:.3f}"
    assert float(numbers["below"]) == pytest.approx(c.below, abs=0.6), case
    assert float(numbers["mg"]) == pytest.approx(c.daily_mg), case
    beyond = c.daily_mg > pk.MOST_STUDIED_MG
    assert numbers["rest"] == ("beyond the 100 mg of the model’s data: extrapolated." if beyond
                               else "within the model’s data."), case
    shown = " | ".join(texts(page))
    assert f"{weight} kg: assumed, the letter gives no weight" in shown and "kidney function is not reported" in shown
    assert f"{c.daily_mg:.0f} mg a day: {'extrapolated, data end at 100 mg' if beyond else 'within the data'}" in shown
    assert "not a target here" in shown and "another disease," in shown
    dashes = page.locator(f"{FIGURE} svg path[stroke-dasharray]") \
        .evaluate_all("all => all.map(e => e.getAttribute('stroke-dasharray'))")
    assert ("5,2" in [d.replace(" ", "") for d in dashes]) == beyond, "a dashed curve is an extrapolated one"


def test_the_words_say_what_the_model_computes(shared_page, server):
    page = shared_page(server + PAGE)
    page.locator(FIGURE).scroll_into_view_if_needed()
    for regimen, weight, factor in product(KEYS, (15, 25, 45), (1, 0.55, 0.2)):
        check(page, regimen, weight, factor)


def test_the_words_say_what_the_model_computes_for_regimens_of_ones_own(shared_page, server):
    page = shared_page(server + PAGE)
    page.locator(FIGURE).scroll_into_view_if_needed()
    for (dose, interval, number), (weight, factor) in product(
            [(2, 6, 1), (2, 24, 16), (3, 8, 2), (4, 12, 8), (5, 8, 9), (7, 12, 1), (10, 6, 16), (10, 24, 1)],
            [(15, 1), (25, 0.6), (45, 0.2)]):
        check(page, own(dose, interval, number), weight, factor)


def test_your_own_is_drawn_dose_by_dose_and_leaves_the_other_regimens_alone(shared_page, server):
    page = shared_page(server + PAGE)
    page.locator(FIGURE).scroll_into_view_if_needed()
    daily = set_to(page, "daily", 25, 1)
    for number, last in ((3, "144"), (16, "432")):
        set_to(page, own(6, 24, number), 25, 1)
        assert page.locator(f"{FIGURE} svg .mark-symbol path[transform]:visible").count() - 1 == number, \
            "a triangle for each dose"
        assert last in texts(page), "the axis holds the whole course"
    assert set_to(page, "daily", 25, 1) == daily
    for name in ("own_dose", "own_number", "own_interval"):
        label = page.locator(f"{FIGURE} form").locator(f".range:has([name={name}]) label, "
                                                       f"fieldset:has([name={name}]) legend")
        assert label.inner_text().startswith("Your own only:")


def test_keyboard_reset_and_accessibility(open_page, server):
    page = open_page(server + PAGE, 320)
    weight = page.locator(f"{FIGURE} input[name=weight]")
    weight.focus()
    page.keyboard.press("ArrowRight")
    until(page, "f => document.querySelector(f + ' .said').textContent.includes(', 26 kg')", arg=FIGURE)
    assert page.evaluate("document.activeElement.name") == "weight" and overflow(page) == 0
    page.locator(f"{FIGURE} input[name=regimen]").nth(3).check()
    until(page, "f => document.querySelector(f + ' .said').textContent.includes('52 mg a day')", arg=FIGURE)
    assert not violations(page, FIGURE)
    page.locator(f"{FIGURE} button[type=reset]").click()
    until(page,
          "f => document.querySelector(f + ' .said').textContent.startsWith('8 mg/kg once a day, four days, 25 kg')",
                           arg=FIGURE)


def test_a_chart_that_does_not_load_says_so_and_is_tried_again(watched, server):
    opened, troubles = watched
    page = opened(server + PAGE)
    page.context.route("**/vega.js*", lambda route: route.abort())
    weight, words = page.locator(f"{FIGURE} input[name=weight]"), page.locator(f"{FIGURE} .said")
    begun = words.text_content()
    weight.press("ArrowRight")
    until(page, "f => document.querySelector(f + ' .said').textContent.startsWith('The chart couldn’t be loaded')",
          arg=FIGURE)
    assert words.text_content().endswith(begun), "the words are those of the drawing that is there"
    page.context.unroute("**/vega.js*")
    weight.press("ArrowRight")
    weight.press("ArrowRight")                                             # before the chart is there
    until(page, "f => document.querySelector(f + ' .said').textContent.includes(', 28 kg, clearance')", arg=FIGURE)
    assert (page.locator(f"{FIGURE} .drawing svg:visible").count() == 1
            and any(text.startswith("28 kg:") for text in texts(page)))
    assert all("vega.js" in trouble for trouble in troubles), troubles


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_each_stage_of_the_picture_shows_its_words(open_page, server, theme):
    page = open_page(server + PAGE, 375, theme)
    picture = page.locator("[data-stages=il1-path]")
    for stage in range(1, 8):
        assert picture.locator("[data-text]:visible").evaluate_all("all => all.map(e => "
                                                                   "e.dataset.text)") == [str(stage)]
        assert picture.locator(".later").count() == 7 - stage, "what comes later stays faint"
        if stage < 7:
            picture.locator("[data-action=next]").click()
    picture.locator("[data-action=all]").click()
    assert picture.locator("[data-text]:visible").count() == 7 and not violations(page, "[data-stages=il1-path]")
    ink = picture.locator("[data-stage] text").first.evaluate("e => getComputedStyle(e).fill")
    assert ink == ("rgb(29, 39, 48)" if theme == "light" else "rgb(232, 237, 240)"), "labels follow the theme"


def test_the_lesson_is_whole_without_script(open_page, server):
    page = open_page(server + PAGE, 320, java_script_enabled=False)
    assert page.locator("[data-text]:visible").count() == 7
    assert "peak 4.1, trough 0.48, mean 2.2 mg/L" in page.locator(f"{FIGURE} .said").inner_text()
    for name in ("one-dose", "regimens", "readings", "doubling"):
        assert page.locator(f"figure.chart-{name} svg:visible").is_visible()
    assert page.locator(f"{FIGURE} details.numbers tbody tr").count() == len(KEYS)

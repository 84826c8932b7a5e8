"""On a phone, what a control changes is in view with it; every chart fills its column and can be read."""

import pytest

CHAPTERS = ["02-mis-c-as-code", "03-competing-mechanisms", "05-the-heart-in-numbers",
            "07-the-table-that-lost-its-blanks", "08-blocking-il-1", "09-falling-curves",
            "10-does-one-case-prove-it", "11-beyond-the-case"]
DRAWN = ["index", *CHAPTERS, "01-one-child-one-table", "06-from-printed-table-to-tidy-data", "12-appraising-the-report",
         "13-capstone"]
EFFECTS = {"parameters": ".drawing", "choices": ".choice:not([hidden]) > .choice-said",
           "dag": ".chart-dag .drawing", "multiverse": ".board-count .big", "criteria": ".verdict-bar"}
"""For each kind of piece with controls, by its script: what they change. Staged pictures have a test of their own."""
CONTROLS = ":is(.controls, .board-count) :is(input, select, button):not([type=reset], [hidden])"
HEADER = 56

SEEN = """([control, effect, header]) => {
  const part = (box) => Math.max(0, Math.min(box.bottom, innerHeight) - Math.max(box.top, header));
  const at = control.getBoundingClientRect(), what = effect.getBoundingClientRect();
  const top = document.elementFromPoint(at.left + at.width / 2, at.top + at.height / 2);
  const covered = !(top === control || control.contains(top) || control.closest("label")?.contains(top));
  return { covered, shown: part(what), of: what.height };
}"""


@pytest.fixture
def small(shared_page, server):
    """Function that opens a page on a phone, past its gate, once for all tests."""
    def opened(name):
        page = shared_page(f"{server}/book/{name}.html", 375, height=812, reduced_motion="reduce")
        return past_the_gate(page)
    return opened


def past_the_gate(page):
    if page.locator("[data-gate] button").first.is_visible():
        page.locator("[data-gate] button").first.click()
    return page


@pytest.fixture(params=CHAPTERS)
def phone(request, small):
    return small(request.param)


def test_what_a_control_changes_is_in_view_with_it(phone):
    """Each control of each piece is brought to the middle of the screen and used; its effect must be in view."""
    faults = []
    for kind, effect in EFFECTS.items():
        for piece in phone.locator(f'article [data-script="{kind}"]:not(.teaser, .give-up)').all():
            if not piece.is_visible():
                continue
            for control in piece.locator(CONTROLS).all():
                if not control.is_visible() or control.get_attribute("aria-disabled") == "true":
                    continue
                control.evaluate("c => c.scrollIntoView({ block: 'center' })")
                use(control, kind)
                effected = piece.locator(effect).first.element_handle()
                seen = phone.evaluate(SEEN, [control.element_handle(), effected, HEADER])
                if seen["covered"] or seen["shown"] < min(0.6 * seen["of"], 160):
                    name = control.evaluate("c => (c.closest('label') ?? c).textContent.trim().slice(0, 40) || c.name")
                    faults.append(f"{kind}: {name!r}: {seen}")
    assert not faults, "\n".join(faults)


LIT = """([root, header]) => {
  const words = root.querySelector(".stage-top").getBoundingClientRect();
  const bar = root.querySelector(".stage-bar").getBoundingClientRect();
  const boxes = [...root.querySelectorAll("[data-stage].now")].map((g) => g.getBoundingClientRect());
  const top = Math.min(...boxes.map((b) => b.top)), bottom = Math.max(...boxes.map((b) => b.bottom));
  const free = Math.max(words.bottom, header) - 1;
  return { bar: bar.top >= 0 && bar.bottom <= innerHeight, top, bottom, free, below: innerHeight,
           seen: (Math.min(bottom, innerHeight) - Math.max(top, free)) / (bottom - top) };
}"""


def test_each_stage_of_a_picture_lights_up_in_view_of_its_buttons_and_words(phone):
    """From the first stage to the last by *Next stage*, without scrolling: all that is lit stands below the words."""
    faults = []
    for piece in phone.locator("article .stages").all():
        following = piece.locator('[data-action="next"]')
        following.evaluate("b => b.scrollIntoView({ block: 'center' })")
        while following.get_attribute("aria-disabled") != "true":
            following.evaluate("b => b.click()")
            seen = phone.evaluate(LIT, [piece.element_handle(), HEADER])
            if not seen["bar"] or seen["seen"] < 0.95:
                faults.append(f"{piece.locator('.stage-where').inner_text()}: {seen}")
    assert not faults, "\n".join(faults)


def use(control, kind):
    """Works a control as a reader would, without a pointer: a click, or a key."""
    what = control.evaluate("c => c.type")
    if what == "range":
        control.press("ArrowRight")
    elif what == "select-one":
        control.evaluate("""c => {
          c.selectedIndex = c.options.length - 1;
          c.dispatchEvent(new Event("change", { bubbles: true }));
        }""")
    else:
        control.evaluate("c => c.click()")


def test_a_chosen_finding_speaks_beside_it(small):
    page = small("03-competing-mechanisms")
    page.locator(".mechanisms .model > summary").evaluate("s => { s.parentElement.open = true; }")
    button = page.locator(".matrix button.pick").nth(2)
    button.evaluate("b => b.scrollIntoView({ block: 'center' })")
    button.click()
    words = page.locator(".picked-words").bounding_box()
    assert words["y"] < 812 - 100 and words["y"] > 0


TOUCHING = """() => {
  const states = [...document.querySelectorAll("article .choice[hidden]")], faults = [];
  for (const state of states) state.hidden = false;
  for (const svg of document.querySelectorAll("article :is(figure.chart, .choice-drawing) svg[viewBox]")) {
    const texts = [...svg.querySelectorAll("text")].filter((text) => text.checkVisibility({ opacityProperty: true }))
      .map((text) => [text.textContent.trim(), text.getBoundingClientRect()]).filter(([words]) => words);
    texts.forEach(([words, a], n) => {
      if (a.width && (a.left < 4 || a.right > innerWidth - 4))
        faults.push(`${svg.getAttribute("aria-label")}: ${words} reaches the edge of the screen`);
      for (const [others, b] of texts.slice(n + 1)) {
        const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        if (wide > 1 && high > 0.3 * Math.min(a.height, b.height) && words !== others)
          faults.push(`${svg.getAttribute("aria-label")}: ${words} and ${others} overlap`);
      }
    });
  }
  for (const state of states) state.hidden = true;
  return faults;
}"""


@pytest.mark.parametrize("width", [375, pytest.param(1280, marks=pytest.mark.slow)])
@pytest.mark.parametrize("name", DRAWN)
def test_every_chart_fills_its_column_and_can_be_read(small, open_page, server, name, width):
    page = small(name) if width == 375 else past_the_gate(open_page(f"{server}/book/{name}.html", width))
    faults = page.evaluate("""() => {
      const faults = [];
      for (const svg of document.querySelectorAll("article :is(figure.chart, .choice-drawing) svg[viewBox]")) {
        const box = svg.getBoundingClientRect();
        if (!box.width || svg.closest("[hidden]")) continue;
        const figure = svg.closest("figure.chart, .choice-drawing");
        const beside = figure.closest(".dag, .stages, .minute, .panel, .report-card");
        const column = beside ? svg.closest(".drawing") ?? figure : figure.parentElement;
        const style = getComputedStyle(column);
        const room = column.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
        const name = figure.className + " " + (svg.getAttribute("aria-label") ?? "").slice(0, 40);
        const scale = box.width / svg.viewBox.baseVal.width;
        if (box.width / room < 0.95) faults.push(`${name}: ${Math.round(box.width)} of ${Math.round(room)} px`);
        for (const text of svg.querySelectorAll("text")) {
          const size = parseFloat(getComputedStyle(text).fontSize) * scale;
          if (!text.textContent.trim() || size < 2 || size >= 10.8) continue;
          faults.push(`${name}: ${size.toFixed(1)} px, ${text.textContent}`);
          break;
        }
      }
      return faults;
    }""")
    assert not faults, "\n".join(faults)
    assert not (touching := page.evaluate(TOUCHING)), "\n".join(touching)

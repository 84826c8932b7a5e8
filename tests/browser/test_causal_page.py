"""Chapter 10 in a browser: the graph in every state, predictions before results, toys and sliders against Python."""

import pytest

from casebook import causal, charts, simulation
from conftest import overflow, until, violations

PAGE = "/book/10-does-one-case-prove-it.html"


@pytest.fixture
def page(open_page, server):
    return open_page(server + PAGE)


@pytest.fixture
def shared(shared_page, server):
    """For tests that set every control they read."""
    return shared_page(server + PAGE)


def words(page):
    return page.locator("[data-dag] [data-words]").evaluate_all("all => all.map(l => "
                                                                "[...l.children].map(i => i.textContent))")


def test_the_graph_says_in_every_state_what_networkx_says(shared):
    states = shared.evaluate("""() => {
        const root = document.querySelector('[data-dag]'), states = [];
        const boxes = [...root.querySelectorAll('input[type=checkbox]')];
        for (let bits = 0; bits < 2 ** boxes.length; bits++) {
            boxes.forEach((b, i) => { b.checked = Boolean(bits >> i & 1); });
            boxes[0].dispatchEvent(new Event('change', { bubbles: true }));
            const arrows = [...root.querySelectorAll('[data-arrow]:not(.off)')].map(a => a.dataset.arrow);
            states.push([[...root.querySelectorAll('[data-words]')].map(l => [...l.children].map(i => i.textContent)),
                         arrows.sort().join('')]);
        }
        return states;
      }""")
    assert len(states) == 256
    for bits, (sentences, drawn) in enumerate(states):
        on = "".join(k for i, k in enumerate(causal.SWITCHES) if bits >> i & 1)
        assert sentences == [causal.among_children(on), causal.in_this_child(on)], on
        assert drawn == on.replace("h", ""), on


def test_a_switch_by_keyboard_says_what_changed_and_keeps_the_focus(page):
    box = page.locator("[data-dag] input[name=b]")
    box.focus()
    page.keyboard.press("Space")
    change = page.locator(".dag-changed").inner_text()
    assert (change.startswith("Arrow b, steroid pulse → recovery, is on. New: Pulse and anakinra share one time stamp")
            and "Gone: You say that the pulse" in change)
    assert page.evaluate("document.activeElement.name") == "b"
    page.keyboard.press("Space")
    assert "is off. New: You say" in page.locator(".dag-changed").inner_text()
    assert page.locator("[data-words] li.new").count() == 1
    page.locator("[data-dag] input[name=f]").check()
    page.locator("[data-dag] input[name=a]").uncheck()
    assert "Gone" in page.locator(".dag-changed").inner_text()


def test_a_prepared_graph_sets_the_switches(shared):
    page = shared
    page.get_by_role("button", name="A drug that does nothing").click()
    on = page.locator("[data-dag] input:checked").evaluate_all("all => all.map(b => b.name).join('')")
    assert on == causal.PREPARED["A drug that does nothing"]
    assert words(page) == [causal.among_children(on), causal.in_this_child(on)]
    assert "Graph “A drug that does nothing”." in page.locator(".dag-changed").inner_text()


def test_a_prediction_opens_its_figure_and_is_kept(page):
    asked = page.locator("[data-prediction=rescue]")
    figure = asked.locator("figure.chart")
    assert figure.is_hidden()
    asked.locator("input[type=range]").first.fill("40")
    asked.get_by_role("button", name="Commit and see").click()
    expected = charts.nothing_drug.rescue()
    words = f"You said 40 %. {expected.result} That is {abs(40 - expected.truth):.0f} points away."
    assert figure.is_visible() and asked.locator(".prediction-said").inner_text() == words
    page.reload()
    assert page.locator("[data-prediction=rescue] .prediction-said").inner_text() == words
    assert page.locator("[data-prediction=noise] figure.chart").is_hidden()


def commit(page, name):
    page.locator(f"[data-prediction={name}]").get_by_role("button", name="Commit and see").click()
    return page.locator(f"[data-prediction={name}] figure.chart")


def said(page, figure, words):
    """Wait until the figure says ``words``."""
    until(page, "([f, w]) => f.querySelector('.said').textContent === w", arg=[figure.element_handle(), words])


def test_the_second_toy_says_what_python_counts(page):
    figure = commit(page, "rescue")
    states = charts.nothing_drug.rescue_states()
    for index in (0, 2, 13, 40, 49, 52, 71):
        state = states[index]
        values = (list(simulation.COURSES).index(state["course"]), list(simulation.MOMENTS).index(state["moment"]),
                  list(simulation.WAITS).index(state["wait"]), list(simulation.NOISES).index(state["noise"]))
        for control, value in zip(("course", "moment", "wait", "reading"), values):
            figure.locator(f'input[name={control}][data-value="{value}"]').check()
        said(page, figure, state["words"])


def test_the_first_toy_says_what_python_counts(page):
    figure = commit(page, "noise")
    for state in charts.nothing_drug.noise_states()[::4]:
        figure.locator(f'input[name=error][data-value="{state["error"]}"]').check()
        figure.locator("input[name=threshold]").fill(f"{state['threshold']:g}")
        said(page, figure, state["words"])
    figure.get_by_role("button", name="Start values").click()
    said(page, figure,
         next(s["words"] for s in charts.nothing_drug.noise_states() if (s["error"], s["threshold"]) == (1.0, 1.5)))


@pytest.mark.parametrize("works, idle, prior", [(99, 98, 40), (90, 50, 40), (90, 30, 40), (20, 80, 60), (1, 99, 99)])
def test_the_sliders_agree_with_bayes_in_python(shared, works, idle, prior):
    page, figure = shared, shared.locator(".chart-bayes")
    figure.scroll_into_view_if_needed()
    for name, value in (("works", works), ("idle", idle), ("prior", prior)):
        figure.locator(f"input[name={name}]").fill(str(value))
    ratio, after = simulation.likelihood_ratio(works,
                                               idle), 100 * simulation.posterior(prior / 100, works / 100, idle / 100)
    until(page, "([f, w]) => f.querySelector('.said').textContent.includes(w)",
                           arg=[figure.element_handle(), f"moves {prior} % to {after:.1f} %"])
    assert f"the likelihood ratio is {ratio:.2f}" in figure.locator(".said").inner_text()


def test_accessible_and_not_too_wide_with_every_arrow(open_page, server):
    page = open_page(server + PAGE, 320, "dark")
    for name in ("noise", "rescue"):
        commit(page, name)
    page.get_by_role("button", name="Every arrow").click()
    page.locator(".dag-changed").scroll_into_view_if_needed()
    until(page, "document.querySelectorAll('.prediction .drawing .vega-embed').length > 0")
    assert violations(page, ".dag") == [] and overflow(page) == 0


def test_without_script_everything_is_there(open_page, server):
    page = open_page(server + PAGE, 320, java_script_enabled=False)
    for figure in ("noise", "rescue", "courses", "bayes", "comparator", "convincing", "dag"):
        assert page.locator(f"figure.chart-{figure}").first.is_visible(), figure
    assert "81.4 %" in page.locator(".chart-noise .said").inner_text()
    rows = page.locator(".dag > details tbody tr").all_text_contents()
    assert len(rows) == len(causal.PREPARED) and "no adjustment within one child separates them" in rows[1]
    assert overflow(page) == 0

"""What browser tests of the day-stepper share: how a reader goes from card to card, opens a record, commits."""

from conftest import STEPS


def panel(page, step):
    return page.locator(f'[data-step="{step}"]')


def card(page):
    """The card that shows."""
    return page.locator("[data-card].shown")


def act(page, name):
    """Press the button of an action; those at the foot of the stepper stand in a fold."""
    fold = page.locator(".stepper-tools")
    if fold.locator(f'[data-action="{name}"]').count() and fold.get_attribute("open") is None:
        fold.locator("summary").click()
    page.locator(f'[data-action="{name}"]:visible').first.click()


PASS = """([step, names]) => {
    const panel = document.querySelector(`[data-step="${CSS.escape(step)}"]`);
    for (const name of names) {
        const button = [...panel.querySelectorAll(`[data-action=${name}]`)].find((b) => b.checkVisibility());
        if (button) button.click();
        else if (!["decide", "measure"].includes(name)) throw new Error(`step ${step}: no ${name} in sight`);
    }
}"""
"""The way past a step by script; how a reader presses these buttons is tested where act, commit and see press them."""


def reveal(page, step):
    """Open the record of a step, whole, without committing."""
    page.evaluate(PASS, [step, ["decide", "reveal", "measure"]])


def go_on(page, step):
    """Open the record of a step and go on to the next one."""
    page.evaluate(PASS, [step, ["decide", "reveal", "measure", "next"]])


def go_to(page, step):
    """From the start of the case to a step, opening each record before it."""
    for before in STEPS[:STEPS.index(step)]:
        go_on(page, before)


def open_all(page):
    """Step through the whole case, opening each record."""
    go_to(page, STEPS[-1])
    reveal(page, STEPS[-1])


def choose(page, step, option, confidence=None, reason=None, **predictions):
    """Fill in a decision; ``option`` counts as case.yml does, whatever the order on the page."""
    here = panel(page, step)
    if here.locator("[data-action=decide]").is_visible():
        here.locator("[data-action=decide]").click()
    here.locator(f'input[name="case-{step}"][value="{option}"]').check()
    if confidence:
        here.locator(f'input[name="case-{step}-confidence"][value="{confidence}"]').check()
    if reason:
        here.locator(f'textarea[name="case-{step}-reason"]').fill(reason)
    for row, way in predictions.items():
        here.locator(f'input[name="case-{step}-predict-{row}"][value="{way}"]').check()


def commit(page, step, option, confidence, reason=None, **predictions):
    choose(page, step, option, confidence, reason, **predictions)
    panel(page, step).locator(".go [data-action=commit]").first.click()


def see(page, step):
    """From the verdict to what changed, all of it."""
    here = panel(page, step)
    here.locator("[data-action=changed]").click()
    if here.locator("[data-action=measure]").is_visible():
        here.locator("[data-action=measure]").click()


def visible_steps(page):
    return page.locator("[data-step]:visible").evaluate_all("all => all.map(e => e.dataset.step)")

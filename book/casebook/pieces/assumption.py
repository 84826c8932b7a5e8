"""The question that comes before the finding: which assumption would you give up?

Each option names one assumption; its feedback says what holds without it, computed. There is no correct option.
"""

from markupsafe import Markup

from casebook.display.html_table import Html
from casebook.display.text import render, rendered, template
from casebook.display.two_faces import building_the_book
from casebook.models.multiverse import state
from casebook.models.placements import CORE, READINGS, RULES

STEM = ("Take the seven core rules and let every “after” mean a later column. Then no placement is left, "
        "whether day 3 is read as two samplings or as one day. So one assumption has to give, the letter's or ours. "
        "**Which one would you give up first?** Write down why before you choose.")
READ_AS_ONE, LOOSE = list(READINGS)[1:]


def options() -> list[dict[str, str]]:
    """The assumptions: text, feedback, and the switch that gives the assumption up (a rule, or a reading of the twin
    column)."""
    core, loose, one_day = state(), state(reading=LOOSE), state(reading=READ_AS_ONE)
    return [*map(_rule_given_up, CORE), {
        "text": "“After” means a later column. It may mean later within one column (our reading)",
        "feedback": f"You keep all seven rules and allow ties: {core.placements} placements. Read "
                    f"strictly, {core.anakinra_later} have anakinra in a later column than the pulse, "
                    f"{core.cut_later} the first cut in a later column than anakinra, and {core.both_later} both."}, {
        "text": "The two columns of day 3 are two samplings. They may be one day (our reading)", "reading": READ_AS_ONE,
        "feedback": f"As one day, {one_day.placements} placements are left, and read strictly still "
                    f"{one_day.both_later}: giving up this one alone does not help."}, {
        "text": "An infusion that crosses day 3 has a cell in both its columns. It may have just one (our reading)",
        "reading": LOOSE,
        "feedback": f"With day 3 as one day, {loose.placements:,} placements are left; {loose.both_later} of them fit "
                    f"if all is read strictly. Pulse on day 3 and anakinra on day 4: {loose.of('day_3_then_4')}."}]


def _rule_given_up(name):
    s, rule = state("core", name), RULES[name]
    strict = {"anakinra_after_pulse": s.cut_later, "support_until_anakinra": s.anakinra_later}.get(name, s.both_later)
    helps = f"{strict:,} of them fit if the rest is read strictly." if strict else \
        "none of which fits if the rest is read strictly: giving up this one alone does not help."
    return {"text": f"“{rule.says}” ({rule.label})", "rule": name,
            "feedback": f"Without it, {s.placements:,} placements are left, {helps} Anakinra can start in {s.columns}, "
                        f"and it shares the printed day with the first pulse in {s.of('same_day')}."}


def question_before_finding() -> Html:
    """The question as HTML, on the site with the gate before the sections after it; complete without script."""
    asked = options()
    gives = "".join(f'<span hidden data-give="{n}" {_switch(o)}></span>' for n, o in enumerate(asked) if _switch(o))
    question = template("question.html").module.question(
        "give-up", Markup(render(STEM, inline=True)), rendered(asked), scored=False, legend="Choose before you read on")
    html = f'<div class="give-up" data-script="multiverse">{question}{gives}'
    if not building_the_book():
        return Html(f"{html}</div>")
    return Html(f'{html}<p class="gate" data-gate>The rest of the chapter speaks about the finding. It opens when you '
                'choose. <button type="button">Open it without choosing</button></p></div>')


def _switch(option):
    """What the panel's button 'without what I would give up' turns: a rule off, or the reading of day 3."""
    if "rule" in option:
        return f'data-rule="{list(RULES).index(option["rule"])}"'
    return f'data-reading="{list(READINGS).index(option["reading"])}"' if "reading" in option else ""

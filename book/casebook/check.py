"""Read everything that chapters are made from, and say what is damaged: `make check`, seconds in place of a build.

Tables against their descriptor, self-checks, the case, plans, learning map, forms and pictures against their schemas,
every number and citation in their texts.
"""

import re
import sys
from functools import partial

from casebook.classroom import session_plans
from casebook.display.text import render_from
from casebook.models import evidence, mechanisms
from casebook.pieces import appraisal, case_panels, learning_map, questions, reference_ranges, stages
from casebook.tables import resources, table1
from casebook.tables.case_folder import LETTER, Case, chosen, read_case
from casebook.tables.references import BIBLIOGRAPHY, bibliography, cite_label
from casebook.tables.resources import BOOK, CaseDataError
from casebook.tables.tokens import DRAWN
from casebook.tables.wording import listed


def problems(case: Case = LETTER) -> list[CaseDataError]:
    """Everything that is damaged, as a list of CaseDataError; empty if the book can be built, or the case shown."""
    faults: list[CaseDataError] = []

    def attempt(function, *args):
        try:
            return function(*args)
        except CaseDataError as error:
            faults.extend(error.all)

    if attempt(lambda: case.package.descriptor) is None:
        return faults                                          # by it all else is read
    for part in ("columns", "treatments", "charted", "parameters"):
        attempt(getattr, case, part)

    for spec in case.package.descriptor["resources"]:
        attempt(_table, spec["name"], case)
    if case is not LETTER:
        attempt(_drawn, attempt(table1.load, None, case), case)
        if attempt(case_panels.load_script, None, case):
            attempt(_texts, case.script, case)
        return list({str(error): error for error in faults}.values())
    for load in (table1.load, reference_ranges.load, evidence.load, mechanisms.load):
        attempt(load)
    attempt(_labels)
    texts = [LETTER.script, BOOK / "appraisal.yml", learning_map.LEARNING_MAP]
    attempt(case_panels.load_script)
    attempt(appraisal.load_forms)
    for name in attempt(appraisal.forms_with_readers) or ():
        attempt(appraisal.readers, name)
    for file in sorted(questions.QUESTIONS.glob("*.yml")):
        attempt(questions.load_questions, file)
        if "\nsorting:" in file.read_text("utf-8", "replace"):
            attempt(questions.load_sorting, file)
        texts.append(file)
    for name in sorted({file.stem for ending in ("yml", "svg") for file in stages.FIGURES.glob(f"*.{ending}")}):
        attempt(stages.load_stages, name)
        texts.append(stages.FIGURES / f"{name}.yml")
    for name in session_plans.ORDER:
        attempt(session_plans.load_plan, session_plans.PLANS / f"{name}.yml")
        texts.append(session_plans.PLANS / f"{name}.yml")
    attempt(_mapped)
    for file in texts:
        attempt(_texts, file)
        if faults and faults[-1].file not in map(str, texts):
            break                                              # what texts quote is damaged: each would say so again
    for folder in sorted(path.parent for path in (BOOK / "cases").glob("*/datapackage.json")):
        faults += problems(read_case(folder))
    return list({str(error): error for error in faults}.values())


def _drawn(table, case):
    """Every treatment is given, and every charted row holds a number."""
    fault = partial(CaseDataError, case.folder / "datapackage.json", None)
    kinds = case.parameters.kind
    faults = [fault("treatments", f"'{row}', which is of the kind '{kinds[row]}'",
                    f"rows of the kind {listed(case_panels.GIVEN)}",
                    "take it out, or correct its `kind` in parameters.csv")
              for row in case.treatments if kinds[row] not in case_panels.GIVEN]
    if table is not None:
        units = case.parameters.unit
        drawn = table[table["qualifier"].isin(DRAWN) & (table["unit"] == table["parameter"].map(units))]
        faults += [fault("charted", f"'{row}', in which no value is a number in the row's unit", "rows of numbers",
                         "take it out; the tables show it")
                   for row in case.charted if row not in set(drawn["parameter"])]
    resources.raise_all(faults)


def _labels():
    """No two works that pages would cite by the same author and year."""
    known: dict[str, str] = {}
    for key in bibliography():
        label = cite_label(key)
        if label in known:
            raise CaseDataError(BIBLIOGRAPHY, None, key, f"‘{label}’, which is {known[label]} as well",
                                "a label for each work", "write a letter after the year of both, as in 2021a and 2021b")
        known[label] = key


def _mapped():
    """The learning map is whole: every self-check belongs to an objective, every wrong option to a misconception."""
    if left := learning_map.unmapped():
        raise CaseDataError(learning_map.LEARNING_MAP, None, "objectives",
                            f"no objective for self-check {', '.join(left)}", "one for each",
                            "name it in the `checks` of an objective of its chapter")
    if left := learning_map.unexplained():
        raise CaseDataError(learning_map.LEARNING_MAP, None, "misconceptions", f"none for {', '.join(left)}",
                            "one for each wrong option", "name it in the `shows` of a misconception of its chapter")


def _table(name, case):
    """One table as its descriptor has it, with every citation key known."""
    table = case.package.read(name)
    for column in (c for c in table.columns if c == "source" or c.endswith("_source")):
        for line, cell in table[column].items():
            for key in re.split(r"[;,\s]+", cell):
                if key and key not in bibliography():
                    raise CaseDataError(case.folder / case.package.resource(name)["path"], line, column, f"'{key}'",
                                        f"keys of {BIBLIOGRAPHY.name}", "add the entry or correct the key")


def _texts(file, case=LETTER):
    """Every text of a YAML file rendered, so that unknown numbers and citations show with the name of their file."""
    faults = []

    def walk(value, where):
        if isinstance(value, str):
            try:
                render_from(file, where, value, case=case)
            except CaseDataError as error:
                faults.append(error)
                if error.file != str(file):                    # damage of what it quotes
                    resources.raise_all(faults)
        for key, part in (value.items() if isinstance(value, dict) else
                          enumerate(value) if isinstance(value, list) else ()):
            name = part.get("id") or part.get("step") or part.get("name") if isinstance(part, dict) else None
            walk(part, f"{where}/{name or key}".strip("/"))

    walk(resources.read_yaml(file, "texts of the book", texts=case is not LETTER), "")
    resources.raise_all(faults)


if __name__ == "__main__":
    shown = chosen()
    damaged = problems(shown)
    for problem in sorted(damaged, key=lambda fault: fault.file):
        print(problem, file=sys.stderr)
    what = "Data, self-checks, case, plans, learning map, forms and pictures" if shown is LETTER else "Data and case"
    print(f"{what}: " + (f"{len(damaged)} damaged" if damaged else "whole"))
    sys.exit(bool(damaged))

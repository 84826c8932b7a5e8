"""Everything the chapters of *One Child, One Table* compute, draw and show; modules by subject, see For maintainers."""

import sys

# jsonschema, which Altair imports, would compile a grammar for one optional check that nothing here asks for: over a second a kernel
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]  # None marks a module that is not there

from .case_definitions import CaseDefinitions
from .choices import Choices, Control
from .facts import glue_facts
from .resources import CaseDataError
from .stepper import CaseStepper
from .switches import Multiverse
from .table1 import COLUMNS, complete, load, parameters, parse_token, wide
from .tables import table_html

__all__ = ["COLUMNS", "CaseDataError", "CaseDefinitions", "CaseStepper", "Choices", "Control", "Multiverse", "complete", "glue_facts", "load",
           "parameters", "parse_token", "table_html", "wide"]

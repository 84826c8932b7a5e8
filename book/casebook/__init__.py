"""Everything the chapters of *One Child, One Table* compute, draw and show."""

from . import charts, heart, kinetics, placements
from .facts import glue_facts
from .resources import CaseDataError
from .stepper import CaseStepper
from .table1 import COLUMNS, complete, load, parameters, parse_token, wide

__all__ = ["COLUMNS", "CaseDataError", "CaseStepper", "charts", "complete", "glue_facts", "heart", "kinetics", "load",
           "parameters", "parse_token", "placements", "wide"]

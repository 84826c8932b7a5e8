"""Everything the chapters of *One Child, One Table* compute, draw and show."""

from . import biomarkers, charts, charts_heart, heart, heart_tables, kinetics, placements
from .choices import Choices, Control
from .facts import glue_facts
from .resources import CaseDataError
from .stepper import CaseStepper
from .table1 import COLUMNS, complete, load, parameters, parse_token, wide
from .tables import table_html

__all__ = ["COLUMNS", "CaseDataError", "CaseStepper", "Choices", "Control", "biomarkers", "charts", "charts_heart", "complete", "glue_facts", "heart",
           "heart_tables", "kinetics", "load", "parameters", "parse_token", "placements", "table_html", "wide"]

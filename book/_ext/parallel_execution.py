"""Work on every core: chapters whose results aren't cached run side by side before Sphinx reads them, and it reads and writes pages so.

Results go into the cache from which myst-nb takes them. What fails here is left to myst-nb, which runs it again and says where it stopped.
Sphinx forks to read and write pages. vl-convert starts threads that no fork has, and waits for them: a directive draws a chart in a process
of its own, as `status` does.
"""

import logging
import os
from pathlib import Path

from jupyter_cache import get_cache
from jupyter_cache.executors import load_executor
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging as sphinx_logging

from casebook.display import names

logger = sphinx_logging.getLogger(__name__)
MYST = {"name": "myst_nb_md", "type": "plugin"}
"""How jupyter-cache reads a chapter: as myst-nb does, so that both find the same cells."""


def execute_ahead(app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
    """Execute all notebooks among the pages to be read that the cache doesn't hold yet."""
    if app.config.nb_execution_mode != "cache":
        return
    cache = get_cache(env.mystnb_config.execution_cache_path or str(Path(app.outdir).parent / ".jupyter_cache"))
    pages = [Path(env.doc2path(name)) for name in docnames]
    chapters = [cache.add_nb_to_project(str(page), read_data=MYST).pk for page in pages
                if page.suffix == ".md" and "\nkernelspec:" in page.read_text("utf-8")[:600]]
    waiting = [chapter for chapter in chapters if cache.get_cached_project_nb(chapter) is None]
    if docnames:
        names.namespace()                                           # before the forks that read and write pages, which all need it
    if len(waiting) > 1:
        logger.info("executing %d notebooks side by side", len(waiting))
        load_executor("local-parallel", cache, logger=logging.getLogger("jupyter_cache")).run_and_cache(
            filter_pks=waiting, timeout=app.config.nb_execution_timeout)


def setup(app: Sphinx) -> dict[str, str | bool]:
    app.parallel = os.cpu_count()                                   # Jupyter Book's command has no option for it
    app.extensions["sphinx_multitoc_numbering"].parallel_read_safe = True      # it numbers after all is read, but doesn't say so
    app.connect("env-before-read-docs", execute_ahead)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

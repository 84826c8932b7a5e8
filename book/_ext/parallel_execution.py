"""Work on every core: chapters not in the cache run side by side; Sphinx reads and writes pages side by side.

Results go into the cache from which myst-nb takes them. A kernel is a fork of this process, which has imported what
chapters import: a kernel of its own making takes two seconds for that. Sphinx, too, forks to read and write pages.
vl-convert starts threads that no fork has, and waits for them: whatever draws a chart while pages are read does so in a
process of its own.
"""

import asyncio
import multiprocessing
import os
import re
import signal
import sys
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from importlib.metadata import EntryPoint
from multiprocessing.context import ForkProcess
from pathlib import Path
from typing import Any

from ipykernel.kernelapp import IPKernelApp
from jupyter_book import utils
from jupyter_cache import get_cache
from jupyter_cache.base import JupyterCacheAbstract
from jupyter_cache.executors.utils import ExecutionResult, create_cache_bundle, single_nb_execution
from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning import KernelProvisionerFactory, LocalProvisioner
from sphinx import builders
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError
from sphinx.util.console import nocolor

from _ext.drawers import drawers
from _ext.notebook_outputs import one_stream
from casebook.display import names

MYST = {"name": "myst_nb_md", "type": "plugin"}
"""How jupyter-cache reads a chapter: as myst-nb does, so that both find the same cells."""
OPTIONS = ["--IPKernelApp.log_level=ERROR",    # not that the kernel speaks TCP: it never leaves this machine
           "--IPKernelApp.exec_lines=['from _ext import still_widgets; still_widgets.enable(); del still_widgets']"]
FIRST = "09-falling-curves"
"""The chapter that takes longest, 27 states of a chart: begun last, it would keep one core waiting for the other."""
ANSI = re.compile(r"\x1b\[[0-9;]*m")
fork = multiprocessing.get_context("fork")


def run_kernel(arguments: list[str], folder: str, environment: dict[str, str]) -> None:
    """What a forked kernel does, as ``python -m ipykernel_launcher`` would in ``folder``."""
    os.setsid()
    signal.set_wakeup_fd(-1)  # or this kernel's signals would reach the loop that asked for it
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    os.chdir(folder)
    os.environ |= environment
    asyncio.set_event_loop(asyncio.new_event_loop())        # not the one that asked for this kernel
    IPKernelApp.launch_instance([*arguments, *OPTIONS, f"--IPKernelApp.parent_handle={os.getppid()}"])


class Kernel(ForkProcess):
    """A process with the names of ``subprocess.Popen`` that Jupyter's provisioner asks for."""

    stdin = stdout = stderr = None

    def poll(self) -> int | None:
        return self.exitcode

    def wait(self) -> int | None:
        self.join()
        return self.exitcode

    def send_signal(self, number: int) -> None:
        if self.pid:
            os.kill(self.pid, number)


class ForkedKernel(LocalProvisioner):
    """Launches a kernel as a fork of this process."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        arguments = cmd[cmd.index("ipykernel_launcher") + 1:]
        kernel = Kernel(target=run_kernel, args=(arguments, kwargs["cwd"], kwargs["env"]))
        kernel.start()
        self.process, self.pid = kernel, kernel.pid  # type: ignore[assignment]  # all that is asked of a Popen
        return self.connection_info


def chapters(pages: Iterable[Path]) -> list[Path]:
    """Pages with cells to run, those that take longest first."""
    return sorted((page for page in pages if page.suffix == ".md" and "\nkernelspec:" in page.read_text("utf-8")[:600]),
                  key=lambda page: (page.stem != FIRST, -page.stat().st_size))


def to_run(cache: JupyterCacheAbstract, chapter: Path) -> int | None:
    """The record of a chapter in the cache's project, if the cache doesn't hold what it gives."""
    record = cache.add_nb_to_project(str(chapter), read_data=MYST).pk
    return record if cache.get_cached_project_nb(record) is None else None


def execute(chapter: int, cache: JupyterCacheAbstract, timeout: int) -> str | None:
    """Run a chapter of the cache's project, and cache what comes out; returns the traceback of the cell that failed."""
    project = cache.get_project_notebook(chapter)
    ran = single_nb_execution(project.nb, cwd=str(Path(project.uri).parent), timeout=timeout, allow_errors=False)
    if ran.err:
        return failure(Path(project.uri), ran)
    for cell in ran.nb.cells:
        if cell.cell_type == "code":
            cell.outputs = one_stream(cell.outputs)
    bundle = create_cache_bundle(project, ran.cwd, None, ran.time, ran.exc_string)
    cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)
    return None


def failure(page: Path, ran: ExecutionResult) -> str:
    """Page and line of the cell that failed, and its traceback, without colours."""
    cell = next((cell for cell in ran.nb.cells
                 if any(output.output_type == "error" for output in cell.get("outputs", ()))), None)
    before = page.read_text("utf-8").partition(cell.source)[0] if cell else ""
    return f"{page}:{before.count(chr(10)) + 1}: {type(ran.err).__name__}: {ANSI.sub('', str(ran.err))}"


def execute_ahead(app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
    """Execute the notebooks to be read that the cache doesn't hold. ExtensionError with the tracebacks of failures."""
    if docnames:
        names.namespace()                                           # before the forks, which all need it
    if app.config.nb_execution_mode != "cache":
        return
    cache = get_cache(env.mystnb_config.execution_cache_path or str(Path(app.outdir).parent / ".jupyter_cache"))
    pages = chapters(Path(env.doc2path(name)) for name in docnames)
    if not pages:
        return
    cache.list_project_records()                                    # makes its database, once
    with drawers(app.parallel), ProcessPoolExecutor(min(len(pages), app.parallel + 1), mp_context=fork) as pool:
        records = [record for record in pool.map(partial(to_run, cache), pages) if record is not None]
        if records:
            print(f"running the cells of {len(records)} pages …", flush=True)
        runs = [pool.submit(execute, record, cache, app.config.nb_execution_timeout) for record in records]
        failed = [trace for run in runs if (trace := run.result())]
    if failed:
        raise ExtensionError("\n\n".join(failed))


def share_out_the_writing(app: Sphinx, env: BuildEnvironment) -> None:
    """Pages are written two by two: Sphinx would give all chapters, which are long, to one process. And it keeps a core
    for itself, which then waits most of the time."""
    setattr(builders, "make_chunks", lambda pages, *_: [pages[n:n + 2] for n in range(0, len(pages), 2)])  # noqa: B010
    app.parallel += 1


def setup(app: Sphinx) -> dict[str, str | bool]:
    if not sys.stdout.isatty():
        nocolor()  # Jupyter Book doesn't ask, neither for Sphinx nor for itself
        utils.bcolors, utils.endc = dict.fromkeys(utils.bcolors, ""), ""
    app.parallel = os.cpu_count()                                   # Jupyter Book's command has no option for it
    # it numbers after all is read, but doesn't say so
    app.extensions["sphinx_multitoc_numbering"].parallel_read_safe = True
    kernels = KernelProvisionerFactory.instance()
    kernels.provisioners["forked"] = EntryPoint("forked", f"{__name__}:ForkedKernel", kernels.GROUP_NAME)
    kernels.default_provisioner_name = "forked"
    app.connect("env-before-read-docs", execute_ahead)
    app.connect("env-updated", share_out_the_writing)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

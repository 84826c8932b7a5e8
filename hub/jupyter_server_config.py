"""What a class asks of each student's server; it goes into their `etc/jupyter`, or onto JUPYTER_CONFIG_PATH.

By default every kernel is given five TCP ports of the machine. When many start at once, two can be given the same one
("Address already in use"), and a kernel never answers. Sockets in a folder have no such race. The folder is made anew
for each server and only its student can enter it; in the home folder, where it would be by default, a long login name
makes the path of a socket longer than Linux allows.
"""

import atexit
import os
import shutil
import tempfile

c = get_config()  # noqa: F821

c.KernelManager.transport = "ipc"
os.environ["JUPYTER_RUNTIME_DIR"] = tempfile.mkdtemp(prefix="jupyter-")
atexit.register(shutil.rmtree, os.environ["JUPYTER_RUNTIME_DIR"], ignore_errors=True)

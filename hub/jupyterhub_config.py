"""What a class on this book asks of JupyterHub: `jupyterhub -f hub/jupyterhub_config.py`.

Who may log in, and the address and certificate of the hub, are yours to add; see book/instructor/class-on-a-hub.md. The
Littlest JupyterHub takes the same settings by `tljh-config` and one small file; the page has both.
"""

import sys
from pathlib import Path

c = get_config()  # noqa: F821

c.Spawner.default_url = "/lab"
# Each student's server reads jupyter_server_config.py beside this file: how it speaks with its kernels.
c.Spawner.environment = {"JUPYTER_CONFIG_PATH": str(Path(__file__).resolve().parent)}
# A class arrives within a minute; the default of 30 s is too short for the last of them.
c.Spawner.start_timeout = 180
c.Spawner.http_timeout = 180
# Kept only by spawners that can: systemd, Docker, Kubernetes. The local process spawner keeps neither.
c.Spawner.mem_limit = "2G"
c.Spawner.mem_guarantee = "512M"

# Stops servers that nobody has used for an hour. Files stay; variables of a running notebook don't.
c.JupyterHub.services = [{"name": "idle-culler",
                          "command": [sys.executable, "-m", "jupyterhub_idle_culler", "--timeout=3600"]}]
c.JupyterHub.load_roles = [{"name": "idle-culler", "services": ["idle-culler"],
                            "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers"]}]

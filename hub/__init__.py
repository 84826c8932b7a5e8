"""A class on JupyterHub: its settings, and a load test that starts a real hub with many students: `make load-test`."""

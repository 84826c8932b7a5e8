"""How anything is shown, on a page and in JupyterLab."""

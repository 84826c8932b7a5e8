"""What ipywidgets imports when the live stepper is imported; the page shows its built face and never calls it."""


class InteractiveShell:
    """Nothing of a shell is there."""

"""What a reader uses; each has a template and a script."""

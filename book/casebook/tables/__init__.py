"""Read data/, refuse damage, say how a value is written; no medicine."""

"""Numbers out of tables; no HTML, no chart, no Sphinx."""

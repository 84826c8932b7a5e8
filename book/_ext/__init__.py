"""What the book adds to Sphinx: directives, finished pages, notebooks, slides, paper."""

"""The take-away forms of the book, made from the same sources as its pages: `make dist` writes them to _build/dist."""

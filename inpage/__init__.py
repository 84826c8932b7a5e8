"""Python in the page: what runs the book's cells in a reader's own browser, without a server and without another host.

``lock.json`` names every file that goes in, with its hash; ``fetch`` brings them; ``assemble`` makes packs of them and
puts these, with the site, into ``_build/site``; ``lab`` adds JupyterLite. ``make lock`` writes the lock anew.
"""

"""What every directive of the book shares."""

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from casebook.tables.resources import CaseDataError


class BookDirective(SphinxDirective):
    """A directive that makes its nodes in ``made``; damage that it meets stops the build with page and line."""

    def made(self) -> list[nodes.Node]:
        """The nodes that take the directive's place. May raise CaseDataError."""
        raise NotImplementedError

    def run(self) -> list[nodes.Node]:
        try:
            return self.made()
        except (CaseDataError, ValueError) as error:          # the latter: a word where a number belongs
            raise self.error(f"{self.name}: {error}") from None

"""What a file format is to the importers: how it is recognised and how it is read."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from desktop_app.importers.input_file import InputFile
from desktop_app.records import Article, ArticleWithFiles, Deletion, Doubtful, Problem

Entry = Article | ArticleWithFiles | Deletion | Doubtful | Problem


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file: `fits` judges its first text, `reads` gives its entries."""

    name: str
    fits: Callable[[str], bool]
    reads: Callable[[InputFile], Iterator[Entry]]

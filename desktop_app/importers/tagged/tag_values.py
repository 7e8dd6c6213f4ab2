"""The values of one tagged record, taken tag by tag so that what nobody takes is known."""

from desktop_app.importers.decoded_text import clean
from desktop_app.importers.tagged.tagged_text import Record, joined

_WRAPPED = 120  # programs that wrap lines do so earlier; a longer line ends where its text does


class TagValues:
    """The values of one record, each taken once: what nobody takes is left for `rest`."""

    def __init__(self, record: Record) -> None:
        self._left: list[tuple[str, list[str]]] = [
            (tag, lines) for tag, lines in record.pairs if any(line.strip() for line in lines)
        ]

    def take(self, *tags: str) -> list[list[str]]:
        """The lines of every value with one of these tags, in the order of the file."""
        taken = [lines for tag, lines in self._left if tag in tags]
        self._left = [pair for pair in self._left if pair[0] not in tags]
        return taken

    def pairs(self, *tags: str) -> list[tuple[str, str]]:
        """Tag and text of every value with one of these tags, in the order of the file."""
        taken = [(tag, joined(lines)) for tag, lines in self._left if tag in tags]
        self._left = [pair for pair in self._left if pair[0] not in tags]
        return taken

    def all(self, *tags: str) -> list[str]:
        """Every value with one of these tags, in the order of the file."""
        return [joined(lines) for lines in self.take(*tags)]

    def lines(self, *tags: str) -> list[str]:
        """As `all`, but each line of a value is a value."""
        return [clean(line) for lines in self.take(*tags) for line in lines if line.strip()]

    def one(self, *tags: str) -> str:
        """The first value of the first of these tags that is there; "" without one.

        The others stay, but for those that say the same.
        """
        for wanted in tags:
            for tag, lines in self._left:
                if tag == wanted:
                    text = joined(lines)
                    self._left = [
                        pair
                        for pair in self._left
                        if pair[0] not in tags or joined(pair[1]) != text
                    ]
                    return text
        return ""

    def peek(self, *tags: str) -> list[tuple[str, str]]:
        """As `pairs`, but the values stay."""
        return [(tag, joined(lines)) for tag, lines in self._left if tag in tags]

    def put(self, tag: str, text: str) -> None:
        """Leave a value for `rest`."""
        self._left.append((tag, [text]))

    def rest(self) -> list[tuple[str, str]]:
        """Tag and text of what has not been taken; paragraphs one a line."""
        return [(tag, "\n".join(paragraphs(lines))) for tag, lines in self._left]


def paragraphs(lines: list[str]) -> list[str]:
    """The paragraphs of a value: after a blank line, or after a sentence on an unwrapped line."""
    found: list[list[str]] = [[]]
    for line in lines:
        text = clean(line)
        if not text:
            found.append([])
            continue
        found[-1].append(text)
        if len(text) > _WRAPPED and text[-1] in ".!?":
            found.append([])
    return [" ".join(part) for part in found if part]

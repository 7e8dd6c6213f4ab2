"""Making a sequence of tokens grammatical: the likeliest reading, and a message for each change."""

from collections.abc import Iterable

from lark import Token

from desktop_app.search.query.tree import Message, Place, Severity

_DEEPEST = 100  # parentheses inside parentheses
_OPERATORS = ("AND", "OR", "NOT")
EVERYTHING = "everything:"  # what a query that begins with NOT is taken from


def repaired(tokens: Iterable[Token]) -> tuple[list[Token], list[Message]]:
    """Tokens that the grammar accepts, empty when nothing is asked; and what was changed."""
    repair = _Repair()
    for token in tokens:
        repair.take(token)
    repair.end()
    return repair.tokens, repair.messages


class _Repair:
    """Keeps `tokens` a beginning of a grammatical query, whatever comes."""

    def __init__(self) -> None:
        self.tokens: list[Token] = []
        self.messages: list[Message] = []
        self._open: list[Token] = []
        self._too_deep = 0

    def take(self, token: Token) -> None:
        """The next token."""
        if token.type in _OPERATORS:
            self._take_operator(token)
        elif token.type == "OPEN":
            self._open_group(token)
        elif token.type == "CLOSE":
            self._close_group(token)
        elif token.type == "TAG":
            self._take_tag(token)
        elif token.type == "COLON" and self._last() not in ("TEXT", "PHRASE", "TAG"):
            self._say("This colon joins no two values and is left out.", token)
        else:
            self._drop_colon_before(token)
            self.tokens.append(token)

    def end(self) -> None:
        """Close what is open."""
        self._drop_dangling()
        while self._open:
            opened = self._open.pop()
            self._say("This parenthesis is never closed; it is closed at the end.", opened)
            if self._last() == "OPEN":
                self.tokens.pop()
                self._drop_dangling()
            else:
                self.tokens.append(_like("CLOSE", ")", opened))

    def _take_operator(self, token: Token) -> None:
        if self._last() == "COLON":
            self._drop_colon_before(token)
        if self._last() in _OPERATORS:
            self._second_operator(token)
        elif self._last() in ("", "OPEN"):
            if token.type == "NOT":
                text = "Begins with NOT: read as all articles except these."
                self._say(text, token, Severity.NOTE)
                self.tokens += [_like("EXTRA", EVERYTHING, token), token]
            else:
                self._say(f"Nothing stands before this {token.type}; it is left out.", token)
        else:
            self.tokens.append(token)

    def _second_operator(self, token: Token) -> None:
        before = self.tokens[-1]
        if token.type == "NOT" and before.type == "AND":
            self.tokens[-1] = token  # PubMed's "AND NOT"
        elif token.type == "NOT" and before.type == "OR":
            self._say("OR NOT is read as NOT.", before)
            self.tokens[-1] = token
        else:
            text = (
                f"Nothing stands between {before.type} and {token.type}; {token.type} is left out."
            )
            self._say(text, token)

    def _open_group(self, token: Token) -> None:
        self._drop_colon_before(token)
        if len(self._open) >= _DEEPEST:
            if not self._too_deep:
                self._say(
                    f"More than {_DEEPEST} parentheses deep; further ones do not count.", token
                )
            self._too_deep += 1
            return
        self._open.append(token)
        self.tokens.append(token)

    def _close_group(self, token: Token) -> None:
        if self._too_deep:
            self._too_deep -= 1
            return
        if not self._open:
            self._say("This parenthesis closes nothing and is left out.", token)
            return
        self._drop_dangling()
        opened = self._open.pop()
        if self._last() == "OPEN":
            self.tokens.pop()
            place = Place(opened.start_pos or 0, token.end_pos or 0)
            text = "There is nothing between these parentheses."
            self.messages.append(Message(Severity.REPAIRED, text, place))
            return
        self.tokens.append(token)

    def _take_tag(self, token: Token) -> None:
        last = self._last()
        if last == "CLOSE":
            text = f"{token.value} is taken for every word in the parentheses that has no tag."
            self._say(text, token, Severity.NOTE)
            self.tokens.append(token)
        elif last in ("TEXT", "PHRASE"):
            self.tokens.append(token)
        else:
            self._say(f"No word stands before {token.value}; it is left out.", token)

    def _drop_dangling(self) -> None:
        """Leave out operators that nothing follows."""
        while self._last() in (*_OPERATORS, "COLON"):
            token = self.tokens.pop()
            if token.type != "COLON":
                self._say(f"Nothing follows this {token.type}; it is left out.", token)
            elif self._last() == "EXTRA" and self.tokens[-1].value == EVERYTHING:
                self.tokens.pop()
        if self._last() == "EXTRA" and self.tokens[-1].value == EVERYTHING:
            self.tokens.pop()

    def _drop_colon_before(self, token: Token) -> None:
        if self._last() != "COLON":
            return
        ranged = token.type in ("TEXT", "PHRASE") and self._may_end_range()
        if not ranged:
            self._say("This colon joins no two values and is left out.", self.tokens.pop())

    def _may_end_range(self) -> bool:
        """Whether a value, and no tag of a group and no whole range, stands before the colon."""
        kinds = [str(token.type) for token in self.tokens[-4:-1]]
        if kinds and kinds[-1] == "TAG":
            kinds.pop()
        return kinds[-1] in ("TEXT", "PHRASE") and kinds[-2:-1] != ["COLON"]

    def _last(self) -> str:
        return str(self.tokens[-1].type) if self.tokens else ""

    def _say(self, text: str, token: Token, severity: Severity = Severity.REPAIRED) -> None:
        place = Place(token.start_pos or 0, token.end_pos or 0)
        self.messages.append(Message(severity, text, place))


def _like(kind: str, value: str, token: Token) -> Token:
    return Token(kind, value, token.start_pos, end_pos=token.end_pos)

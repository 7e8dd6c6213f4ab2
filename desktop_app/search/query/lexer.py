"""Cutting a query into tokens: quotes and dashes made plain, words joined, tags recognised.

Every token knows its place in the text as typed; making a text plain never changes its length.
"""

from collections.abc import Callable, Sequence
from functools import cache
from importlib.resources import files
from itertools import pairwise

from lark import Lark, Token

from desktop_app.search.query.fields import NAMED, Field, tag_of
from desktop_app.search.query.tree import Message, Place, Severity

KnownName = Callable[[Field, str], bool]

_QUOTES = "\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033\u275d\u275e\u301d\u301e"
_APOSTROPHES = "\u2018\u2019\u201a\u201b\u2032"
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63"
_PLAIN = (
    dict.fromkeys(map(ord, _QUOTES), '"')
    | dict.fromkeys(map(ord, _APOSTROPHES), "'")
    | dict.fromkeys(map(ord, _DASHES), "-")
    | dict.fromkeys(range(0x20), " ")
    | dict.fromkeys(range(0xD800, 0xE100), " ")  # lone surrogates, and what codes begin with
    | {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}  # full width
    | {0x3000: " ", 0x00A0: " ", 0x200B: " ", 0xFEFF: " ", 0xAD: "-"}
)
_OPERATORS = {"and": "AND", "or": "OR", "not": "NOT"}


def plain(text: str) -> str:
    """The same text, as long as before, with straight quotes, hyphens and spaces."""
    return text.translate(_PLAIN)


def tokens_of(text: str, known: KnownName) -> tuple[list[Token], list[Message]]:
    """The tokens of a plain text (`TEXT` is a run of words) and what was wrong with them.

    `known` tells whether a run with "and" in it is one name: "Signs and Symptoms[mh]".
    """
    cutter = _Cutter(known)
    raw = list(_lexer().lex(text))
    for place, token in enumerate(raw):
        following = raw[place + 1] if place + 1 < len(raw) else None
        cutter.take(token, following)
    cutter.end_run(None)
    return cutter.tokens, cutter.messages


@cache
def _lexer() -> Lark:
    grammar = files("desktop_app.search.query").joinpath("tokens.lark").read_text("utf-8")
    return Lark(grammar, parser="lalr", lexer="basic")


class _Cutter:
    """Takes raw tokens one by one and joins what belongs together."""

    def __init__(self, known: KnownName) -> None:
        self._known = known
        self.tokens: list[Token] = []
        self.messages: list[Message] = []
        self._run: list[Token] = []

    def take(self, token: Token, following: Token | None) -> None:
        """The next raw token, and the one after it."""
        if token.type == "WORD":
            self._take_word(token, following)
        elif token.type == "BRACKETS":
            self._take_brackets(token, following)
        elif token.type == "STRAY":
            sign = "quotation mark" if token.value == '"' else "bracket"
            self._say(f"A {sign} has no partner and is left out.", token)
        else:
            self.end_run(None)
            self.tokens.append(token)

    def end_run(self, tag: Token | None) -> None:
        """The words so far are one term, or several with operators between them."""
        run, self._run = self._run, []
        field = tag_of(tag.value[1:-1]) if tag is not None else None
        name = self._name_at_end(run, field.field) if field else 0
        words: list[Token] = []
        for word in run[: len(run) - name]:
            operator = _OPERATORS.get(word.value.lower())
            if operator is None:
                words.append(word)
                continue
            self._join(words)
            words = []
            self.tokens.append(_token(operator, word.value, word, word))
        self._join(words + run[len(run) - name :])

    def _take_word(self, word: Token, following: Token | None) -> None:
        before = self.tokens[-1].type if self.tokens and not self._run else ""
        if word.value.startswith(":") and before in ("TAG", "PHRASE") and following is not None:
            after = _start(word) + 1
            self.tokens.append(Token("COLON", ":", _start(word), end_pos=after))
            if len(word.value) == 1:
                return
            word = Token("WORD", word.value[1:], after, end_pos=word.end_pos)
        self._run.append(word)

    def _take_brackets(self, token: Token, following: Token | None) -> None:
        """A tag; or a part of a word, as in benzo[a]pyrene; or a tag that does not exist."""
        if tag_of(token.value[1:-1]) is not None:
            self.end_run(token)
            self.tokens.append(_token("TAG", token.value, token, token))
            return
        touches = following is not None and following.start_pos == token.end_pos
        if touches and following is not None and following.type == "WORD":
            self._run.append(Token("WORD", token.value, token.start_pos, end_pos=token.end_pos))
            return
        self.end_run(None)
        text = f"There is no search field {token.value}; the words before it are mapped instead."
        self._say(text, token)

    def _name_at_end(self, run: Sequence[Token], field: Field) -> int:
        """How many words at the end are one name with "and", "or" or "not" in it."""
        if field not in NAMED or not any(word.value in _OPERATORS for word in run):
            return 0
        for start, word in enumerate(run):
            words = [w.value for w in run[start:]]
            if word.value in _OPERATORS or _OPERATORS.keys().isdisjoint(words):
                continue
            if self._known(field, " ".join(words)):
                return len(words)
        return 0

    def _join(self, words: Sequence[Token]) -> None:
        if words:
            text = words[0].value
            for last, word in pairwise(words):
                text += ("" if last.end_pos == word.start_pos else " ") + word.value
            self.tokens.append(_token("TEXT", text, words[0], words[-1]))

    def _say(self, text: str, token: Token) -> None:
        place = Place(_start(token), _stop(token))
        self.messages.append(Message(Severity.REPAIRED, text, place))


def _token(kind: str, value: str, first: Token, last: Token) -> Token:
    return Token(kind, value, first.start_pos, end_pos=last.end_pos)


def _start(token: Token) -> int:
    return token.start_pos or 0


def _stop(token: Token) -> int:
    return token.end_pos or 0

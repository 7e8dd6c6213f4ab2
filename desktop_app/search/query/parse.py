"""Reading a query: text to tree, with messages instead of exceptions."""

from dataclasses import replace
from functools import cache
from importlib.resources import files

from lark import Lark, Token, Transformer, v_args

from desktop_app.search.query.fields import Field, Tag, tag_of
from desktop_app.search.query.lexer import KnownName, plain, tokens_of
from desktop_app.search.query.repair import repaired
from desktop_app.search.query.tree import (
    Chain,
    Earlier,
    Extra,
    Message,
    Node,
    Operator,
    Parsed,
    Place,
    Range,
    Severity,
    Term,
    leaves,
)

_LONGEST = 100_000  # characters; published strategies have up to 20,000
_MOST_TERMS = 5_000
_MOST_EARLIER = 100  # searches in `#1-#100`


def parse(text: str, known: KnownName = lambda field, name: False) -> Parsed:
    """Read a query as PubMed would; whatever is wrong with it becomes a message.

    `known(field, name)` tells whether a run of words with "and" in it is one name of a field.
    """
    messages: list[Message] = []
    if len(text) > _LONGEST:
        place = Place(_LONGEST, len(text))
        messages.append(
            Message(Severity.REPAIRED, f"Only the first {_LONGEST:,} characters are read.", place)
        )
    tokens, found = tokens_of(plain(text[:_LONGEST]), known)
    tokens, changed = repaired(tokens)
    messages += found + changed + [_about_range(t) for t in tokens if _is_range(t)]
    tree = _tree(tokens)
    terms = leaves(tree)
    if len(terms) > _MOST_TERMS:
        place = terms[_MOST_TERMS].place
        text = f"More than {_MOST_TERMS:,} terms; nothing is searched."
        return Parsed(None, (*messages, Message(Severity.REPAIRED, text, place)))
    return Parsed(tree, tuple(sorted(messages, key=lambda m: (m.place.start, m.place.stop))))


def is_boolean(text: str) -> bool:
    """Whether a text is a query and no question: a known tag, AND OR NOT, an extra, a cut word."""
    tokens, _ = tokens_of(plain(text[:_LONGEST]), lambda field, name: False)
    kinds = {str(token.type) for token in tokens}
    if kinds & {"TAG", "EXTRA"} or (kinds and kinds <= {"EARLIER"}):
        return True
    upper = any(t.type in ("AND", "OR", "NOT") and t.value.isupper() for t in tokens)
    cut = any(_is_cut(w) for t in tokens if t.type in ("TEXT", "PHRASE") for w in t.value.split())
    return upper or cut


def unknown_fields(text: str) -> tuple[Message, ...]:
    """What is said of `word[tag]` in a text that is a question because there is no such tag."""
    _, messages = tokens_of(plain(text[:_LONGEST]), lambda field, name: False)
    starts = [message.place.start for message in messages]
    attached = [start > 0 and not text[start - 1].isspace() for start in starts]
    return tuple(m for m, touches in zip(messages, attached, strict=True) if touches)


def _is_range(token: Token) -> bool:
    return token.type == "EARLIER" and "-" in token.value


def _about_range(token: Token) -> Message:
    first, _, last = token.value.replace("#", "").partition("-")
    text = f"{token.value} is read as any of the searches #{first} to #{last}."
    if abs(int(last) - int(first)) < _MOST_EARLIER:
        return Message(Severity.NOTE, text, _place(token))
    text = f"{token.value} names more than {_MOST_EARLIER} searches; only the first of them count."
    return Message(Severity.REPAIRED, text, _place(token))


def _is_cut(word: str) -> bool:
    word = word.strip('",;')
    return word.endswith("*") and len(word) >= 5 and word[:-1].isalnum()


def _tree(tokens: list[Token]) -> Node | None:
    if not tokens:
        return None
    parser = _parser().parse_interactive()
    for token in tokens:
        parser.feed_token(token)
    tree: Node = parser.feed_eof(tokens[-1])  # type: ignore[no-untyped-call]
    return tree


@cache
def _parser() -> Lark:
    grammar = files("desktop_app.search.query").joinpath("query.lark").read_text("utf-8")
    return Lark(grammar, parser="lalr", lexer="basic", transformer=_Build())


@v_args(inline=True)
class _Build(Transformer[Token, Node]):
    """Makes the nodes while the parser reduces, so that deep nesting needs no recursion."""

    def start(self, chain: Node) -> Node:
        return chain

    def chain(self, first: Node, *steps: tuple[Operator, Node]) -> Node:
        return Chain(first, steps) if steps else first

    def both(self, *parts: Token | Node) -> tuple[Operator, Token | Node]:
        return Operator.AND, parts[-1]

    def either(self, _operator: Token, node: Node) -> tuple[Operator, Node]:
        return Operator.OR, node

    def without(self, _operator: Token, node: Node) -> tuple[Operator, Node]:
        return Operator.NOT, node

    def group(self, _open: Token, chain: Node, _close: Token, tag: Token | None = None) -> Node:
        found = tag_of(tag.value[1:-1]) if tag is not None else None
        return chain if found is None else _tagged(chain, found)

    def earlier(self, token: Token) -> Node:
        first, _, last = token.value.replace("#", "").partition("-")
        low, high = sorted((int(first), int(last or first)))
        numbers = range(low, min(high, low + _MOST_EARLIER - 1) + 1)
        found = [Earlier(number, _place(token)) for number in numbers]
        return Chain(found[0], tuple((Operator.OR, e) for e in found[1:])) if last else found[0]

    def extra(self, token: Token) -> Node:
        key, _, value = token.value.partition(":")
        return Extra(key.lower(), value.strip('"'), _place(token))

    def term(self, words: Token, tag: Token | None = None) -> Node:
        found = tag_of(tag.value[1:-1]) if tag is not None else None
        place = Place(words.start_pos or 0, (tag or words).end_pos or 0)
        quoted = words.type == "PHRASE"
        text = words.value.strip('"').strip() if quoted else words.value
        if found is not None and found.field is Field.DATE and ":" in text:
            low, _, high = text.partition(":")
            return Range(low.strip(), high.strip(), found, place)
        return Term(text, found, quoted, place)

    def range(self, low: Term, _colon: Token, high: Term | Range) -> Node:
        upper = high.high if isinstance(high, Range) else high.text
        lower = low.text if isinstance(low, Term) else low.low
        tag = high.tag or low.tag or Tag(Field.DATE)
        return Range(lower, upper, tag, Place(low.place.start, high.place.stop))


def _tagged(node: Node, tag: Tag) -> Node:
    """The node with a tag for every term that has none."""
    if isinstance(node, Chain):
        steps = tuple((operator, _tagged(step, tag)) for operator, step in node.steps)
        return Chain(_tagged(node.first, tag), steps)
    if isinstance(node, Term) and node.tag is None:
        return replace(node, tag=tag)
    return node


def _place(token: Token) -> Place:
    return Place(token.start_pos or 0, token.end_pos or 0)

"""Articles with text that breaks careless writers: line ends, controls, braces, crowds, nothing."""

from dataclasses import replace

from desktop_app.records import (
    Article,
    Author,
    Field,
    Heading,
    Identifier,
    Journal,
    Keyword,
    PartialDate,
    PublicationType,
    Section,
    Substance,
)
from tests.library.examples import BARE, FULL, PLAIN

EMPTY = Article(title="")
NASTY_TEXTS = (
    "two\nlines",
    "ER  - \r\nTY  - JOUR\r\nTI  - a second record",
    "}\n@article{evil, title = {x}",
    "PMID- 999\n\nPMID- 1000\nTI  - stolen",
    "a\tb\x00c\x07d\x1ee\x85f\u2028g\u2029h",
    "right \u202eto left\u202c again",
    "{", "}", "}{", "{{balanced}}", "\\", "a\\", "100 % of $5 & #1 a_b ~ x^2 \\frac{1}{2}",
    "\"quoted\", 'single'; semicolon, comma and more",
    "café naïve Ångström 中文 עברית 😀",
    "half \ud83d a pair",
    "--> dash -- dash --- ``quoted'' ?` !`",
    "=HYPERLINK(\"x\")", "  leading and trailing  ", "x" * 500,
    "word " * 400,
)  # fmt: skip


def _filled(text: str, number: int) -> Article:
    """An article with `text` everywhere."""
    return Article(
        title=text,
        pmid=5000 + number,
        pmcid=f"PMC{number + 1}",
        doi=f"10.1000/x.{number}",
        vernacular_title=text,
        sections=(Section(text, text), Section(text)),
        other_abstracts=(Section(text, f"{text}, fre"),),
        abstract_copyright=text,
        authors=(
            Author(text, text, text, text, "", "0000-0002-1825-0097", (text, text)),
            Author(collective=text),
            Author(text),
        ),
        journal=Journal(text, text, text, text, text),
        date=PartialDate(2020, 2, 3, text),
        volume=text,
        issue=text,
        pages=text,
        languages=("eng",),
        publication_types=(PublicationType(text, text),),
        headings=(Heading("D000001", text),),
        keywords=(Keyword(text, True, text),),
        substances=(Substance("C1", text, text),),
        identifiers=(Identifier(text, text), Identifier("url", text)),
        fields=(Field(text, text), Field("publisher", text), Field("editor", text)),
        status=text,
    )


CROWDED = replace(
    PLAIN, pmid=300, authors=tuple(Author(f"Last{n}", f"First {n}", "F") for n in range(3_000))
)
HOSTILE = (
    EMPTY,
    replace(EMPTY, kind=""),
    replace(EMPTY, kind="comment"),
    replace(EMPTY, kind="a}b", title="odd kind"),
    replace(EMPTY, authors=(Author(), Author(fore="Plato"), Author(last="X", suffix="Jr"))),
    replace(EMPTY, fields=tuple(Field(name, "1") for name in "ris-ty ris-er nbib-pmid".split())),
    FULL,
    BARE,
    CROWDED,
    *(_filled(text, number) for number, text in enumerate(NASTY_TEXTS)),
)

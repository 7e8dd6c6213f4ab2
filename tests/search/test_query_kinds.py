"""What people type (question, word, name, quotation, whole abstract) finds what they mean."""

from collections.abc import Iterator

import pytest

from desktop_app.encoders.onnx_encoder import OnnxEncoder
from desktop_app.library.library import Library
from desktop_app.mesh.vocabulary import Vocabulary
from desktop_app.records import Article, Author, Section
from desktop_app.search.engine import SearchEngine
from desktop_app.search.request import SearchRequest
from desktop_app.tasks.index_library import index_library

ABSTRACT = (
    "Night workers sleep by day, when noise and light wake them. We asked 212 nurses of three "
    "hospitals to wear a wrist sensor for two weeks, and half of them got blinds and ear plugs. "
    "Those with blinds slept 41 minutes longer after a night shift, and made fewer slips in a "
    "reaction test at the end of the next one. Ear plugs alone changed neither. The blinds cost "
    "less than one lost working day; hospitals could lend them to whoever works at night."
)
LIBRARY = [
    ("Blinds and ear plugs for nurses who work at night", ABSTRACT, "Okonkwo"),
    ("Iron for tired blood donors", "Ferritin rose in donors who took iron tablets daily.", "Berg"),
    ("Does coffee after noon disturb sleep?", "Caffeine delayed sleep in adults.", "Lindqvist"),
    ("Walking after a hip fracture", "Early walking shortened the stay in hospital.", "Moreau"),
    ("Shoulder pain in swimmers", "Strength of the cuff foretold pain in young swimmers.", "Sato"),
    ("Honey and cough in children", "A spoon of honey eased night cough in children.", "Abebe"),
]


@pytest.fixture(scope="module")
def engine(
    tmp_path_factory: pytest.TempPathFactory, encoder: OnnxEncoder, vocabulary: Vocabulary
) -> Iterator[SearchEngine]:
    with Library.open(tmp_path_factory.mktemp("kinds")) as library:
        library.write(
            [
                Article(
                    title=title,
                    pmid=number,
                    sections=(Section(text),),
                    authors=(Author(last=last, initials="A"),),
                )
                for number, (title, text, last) in enumerate(LIBRARY, 1)
            ]
        )
        index_library(library, encoder)
        engine = SearchEngine(library, vocabulary)
        engine.use_encoder(encoder)
        yield engine


@pytest.mark.parametrize(
    ("typed", "pmid"),
    [
        (ABSTRACT, 1),
        ("does drinking coffee late keep people awake?", 3),
        ("ferritin", 2),
        ("Moreau", 4),
        ("moreau a", 4),
        ('"night cough"', 6),
        ("swimmers", 5),
        ("6", 6),
    ],
)
def test_the_right_article_comes_first(engine: SearchEngine, typed: str, pmid: int) -> None:
    result = engine.search(SearchRequest(typed))
    assert engine.rows(result, 0, 1)[0].pmid == pmid

"""Headings found in questions and abstracts, and those offered while typing."""

from itertools import pairwise

import pytest

from desktop_app.mesh.stop_words import AMBIGUOUS
from desktop_app.mesh.vocabulary import Vocabulary
from desktop_app.mesh.words import normal_form, normal_forms


def _matches(vocabulary: Vocabulary, text: str) -> list[tuple[str, str]]:
    return [
        (text[start:end], vocabulary.name(index)) for start, end, index in vocabulary.match(text)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "does mitochondrial dysfunction cause insulin resistance?",
            [("insulin resistance", "Insulin Resistance")],
        ),
        (
            "heart attack in elderly women",
            [("heart attack", "Myocardial Infarction"), ("elderly", "Aged"), ("women", "Women")],
        ),
        ("patients aged 40 years", []),
        ("Infarction, Myocardial", [("Infarction, Myocardial", "Myocardial Infarction")]),
        ("MYOCARDIAL  INFARCTIONS", [("MYOCARDIAL  INFARCTIONS", "Myocardial Infarction")]),
        ("type 2 diabetes mellitus", [("type 2 diabetes mellitus", "Diabetes Mellitus, Type 2")]),
        ("breast cancers", [("breast cancers", "Breast Neoplasms")]),
        ("TNFα", [("TNFα", "Tumor Necrosis Factor-alpha")]),
        ("E. coli", [("E. coli", "Escherichia coli")]),
        ("Crohn’s disease", [("Crohn’s disease", "Crohn Disease")]),
        ("Guillain-Barre syndrome", [("Guillain-Barre syndrome", "Guillain-Barre Syndrome")]),
        ("hearing aids", [("hearing aids", "Hearing Aids")]),
        ("no resistance. Insulin was low", [("Insulin", "Insulin")]),
        ("", []),
        ("?! 12 (−) \x00", []),
    ],
)
def test_longest_match(vocabulary: Vocabulary, text: str, expected: list[tuple[str, str]]) -> None:
    assert _matches(vocabulary, text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "who can tell what all of this was for",
        "WHO CAN TELL",  # a shouted question, not the World Health Organization
        "the role of time",
        "this will lead to rates that fall",
        "it aids, and said let us stem the hard tips",
    ],
)
def test_words_that_do_not_mean_the_heading(vocabulary: Vocabulary, text: str) -> None:
    assert vocabulary.match(text) == []


def test_an_acronym_that_is_a_word_counts_when_written_as_one(vocabulary: Vocabulary) -> None:
    assert _matches(vocabulary, "WHO on AIDS") == [
        ("WHO", "World Health Organization"),
        ("AIDS", "Acquired Immunodeficiency Syndrome"),
    ]
    assert _matches(vocabulary, "hiv and dna") == [("hiv", "HIV"), ("dna", "DNA")]


def test_every_name_is_found_in_itself(vocabulary: Vocabulary) -> None:
    """Names of two to eight words match as a whole; a longer one is a chemical nobody types."""
    for index in range(0, len(vocabulary), 11):
        name = vocabulary.name(index)
        form = normal_form(name)
        if 2 <= len(form.split()) <= 8:
            (start, end, found), *further = vocabulary.match(form)
            assert (form[start:end], found, further) == (form, index, []), name


def test_spans_are_in_order_and_apart(vocabulary: Vocabulary) -> None:
    text = "Insulin resistance, obesity; and heart failure in rats: a meta-analysis of mice. " * 40
    spans = vocabulary.match(text)
    assert len(spans) >= 5 * 40
    assert all(before[1] <= after[0] for before, after in pairwise(spans))


def test_ambiguous_words_are_plain_words() -> None:
    assert all(word == normal_form(word) for word in AMBIGUOUS)


def test_many_normal_forms_equal_one_by_one(vocabulary: Vocabulary) -> None:
    terms = [
        term
        for index in range(0, len(vocabulary), 5)
        for term in (vocabulary.name(index), *vocabulary.descriptor(index).entry_terms)
    ]
    terms += ["β-Catenin", "Ménière's Disease", "Man (Taxonomy)", "5'-AMP", "it's, she's-a", "(x)"]
    assert normal_forms(terms) == [normal_form(term) for term in terms]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("insul", "Insulin"),
        ("heart att", "Myocardial Infarction"),
        ("myocardial infarction", "Myocardial Infarction"),
        ("infarction myoc", "Myocardial Infarction"),
        ("breast cancer", "Breast Neoplasms"),
        ("cats", "Cats"),
    ],
)
def test_suggestions(vocabulary: Vocabulary, typed: str, first: str) -> None:
    found = vocabulary.search(typed, 10)
    assert vocabulary.name(found[0]) == first
    assert len(found) == len(set(found)) <= 10


def test_suggestions_hold_the_typed_words(vocabulary: Vocabulary) -> None:
    for index in vocabulary.search("resist insul", 20):
        descriptor = vocabulary.descriptor(index)
        forms = [normal_form(term).split() for term in (descriptor.name, *descriptor.entry_terms)]
        assert any(
            any(word.startswith("resist") for word in form)
            and any(word.startswith("insul") for word in form)
            for form in forms
        )


@pytest.mark.parametrize("typed", ["", " ?", "zzzzqq", "insulin zzzzqq"])
def test_no_suggestions(vocabulary: Vocabulary, typed: str) -> None:
    assert vocabulary.search(typed, 10) == []


def test_no_suggestions_when_none_are_wanted(vocabulary: Vocabulary) -> None:
    assert vocabulary.search("insulin", 0) == []

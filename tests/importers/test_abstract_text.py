"""Labelled abstracts: what is put together from real sections comes apart into the same ones."""

from pathlib import Path

import pytest

from desktop_app.importers.registry import files_in, read_file
from desktop_app.importers.tagged.abstract_text import sections
from desktop_app.records import Article, Section

BAR = 0.95
DIFFERING = {  # the PMIDs of the others, and why
    19294535: "RESULTS follows a text without full stop",
    25143782: "a single label, CONTRIBUTING REVIEWERS",
    27623204: "the first section has no label",
    27890797: "the first section has no label",
    30035852: "the first section has no label",
    30124210: "a single label, OBJECTIVE",
    31482638: "the first section has no label",
    32951293: "PubMed XML has IMPLICATIONS FOR PRACTICE inside CONCLUSION",
    33387232: "labels without meaning: HEADER 1, HEADER 2",
    38534005: "labels of one guideline: PARTICLES, BACTERIOLOGY",
}
INSIDE = {23025845}  # PubMed XML has its labels in the running text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Nothing is labelled here.",
        "RESULTS: only one label.",
        "DNA: it was cut. COPD: it was not.",
        "We read it. METHODS: a label, but not first. RESULTS: another.",
        "METHODS" + ": x. RESULTS: y." * 10_000,
    ],
)
def test_other_texts_stay_whole(text: str) -> None:
    assert sections(text) == ((Section(text),) if text else ())


def test_labels_of_several_words() -> None:
    text = "BACKGROUND & AIMS: To see. MATERIALS AND METHODS: We looked (twice). RESULTS: Yes!"
    assert sections(text) == (
        Section("To see.", "BACKGROUND & AIMS"),
        Section("We looked (twice).", "MATERIALS AND METHODS"),
        Section("Yes!", "RESULTS"),
    )


def test_real_abstracts_come_apart_as_they_were(shared_data: Path) -> None:
    """PubMed prints each label in capitals before its section when it gives MEDLINE text."""
    labelled: dict[int, bool] = {}
    whole: dict[int, bool] = {}
    for path in files_in(shared_data / "pubmed_xml"):
        for article in read_file(path):
            if not isinstance(article, Article) or not article.sections or not article.pmid:
                continue
            parts = [(s.label.upper(), s.text) for s in article.sections]
            text = " ".join(f"{label}: {said}" if label else said for label, said in parts)
            same = [(s.label, s.text) for s in sections(text)] == parts
            if any(label for label, _ in parts):
                labelled[article.pmid] = same
            elif len(parts) == 1:
                whole[article.pmid] = same
    assert len(labelled) >= 220
    assert len(whole) >= 600
    assert {pmid for pmid, same in labelled.items() if not same} == DIFFERING.keys()
    assert sum(labelled.values()) / len(labelled) >= BAR
    assert {pmid for pmid, same in whole.items() if not same} == INSIDE

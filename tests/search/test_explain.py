"""Why an article is a hit: one line and its parts."""

import pytest

from desktop_app.mesh.vocabulary import Vocabulary
from desktop_app.search.explain import Explainer, Reasons, Relation
from desktop_app.search.request import Concept

NEOPLASMS = Concept("cancer", "D009369", "Neoplasms")
ASTHMA = Concept("asthma", "D001249", "Asthma")
LUNG_NEOPLASMS = ("D008175", "Lung Neoplasms")
BRONCHITIS = ("D001991", "Bronchitis")
HUMANS = ("D006801", "Humans")


@pytest.fixture(scope="module")
def explainer(vocabulary: Vocabulary) -> Explainer:
    return Explainer(vocabulary)


def test_a_narrower_heading_is_under_the_concept(explainer: Explainer) -> None:
    reasons = explainer.reasons([NEOPLASMS], [LUNG_NEOPLASMS, HUMANS])
    assert str(reasons) == "Lung Neoplasms is under your Neoplasms"


def test_a_cousin_explains_nothing(explainer: Explainer) -> None:
    concept = Concept("insulin resistance", "D007333", "Insulin Resistance")
    far = [("D028361", "Mitochondrial Diseases")]  # both are metabolic diseases
    assert explainer.reasons([concept], far) == Reasons()


def test_a_broader_heading_is_above_the_concept(explainer: Explainer) -> None:
    concept = Concept("lung cancer", *LUNG_NEOPLASMS)
    reasons = explainer.reasons([concept], [("D012142", "Respiratory Tract Neoplasms")])
    assert str(reasons) == "Respiratory Tract Neoplasms is above your Lung Neoplasms"


def test_siblings_are_joined_by_their_nearest_common_heading(explainer: Explainer) -> None:
    [relation] = explainer.reasons([ASTHMA], [BRONCHITIS]).related
    assert relation == Relation("Bronchitis", "Asthma", "Bronchial Diseases", 2)
    assert str(relation) == "Bronchitis, like your Asthma, is under Bronchial Diseases"


def test_what_is_shared_is_not_explained_again(explainer: Explainer) -> None:
    headings = [("D009369", "Neoplasms"), LUNG_NEOPLASMS]
    reasons = explainer.reasons([NEOPLASMS], headings)
    assert (reasons.shared, reasons.related) == (("Neoplasms",), ())


def test_far_headings_and_check_tags_say_nothing(explainer: Explainer) -> None:
    assert explainer.reasons([ASTHMA], [("D007719", "Knee Joint"), HUMANS]) == Reasons()
    humans = Concept("humans", *HUMANS)
    assert explainer.reasons([humans], [("D051379", "Mice")]) == Reasons()


def test_every_reason_stands_in_the_line(explainer: Explainer) -> None:
    reasons = explainer.reasons(
        [ASTHMA], [("D001249", "Asthma")], ["asthma", "attack"], 0.714, "cites PMID 5"
    )
    line = "MeSH: Asthma · words: asthma, attack · similarity 0.71 · cites PMID 5"
    assert str(reasons) == line

"""Abstracts printed as one text, "BACKGROUND: … METHODS: …", as labelled sections again."""

import re

from desktop_app.records import Section

# A label stands in capitals at the beginning or after a sentence, and a colon follows.
_LABEL = re.compile(
    r"(?:^|(?<=[.?!)\]%;\"'”’] )|(?<=\d ))([A-Z][A-Z ,/&()'’-]{1,80}[A-Z)]): (?=\S)"
)
# One of these words is in nearly every label that NLM's list of structured abstracts has; "DNA" or
# "COPD", which also stand before colons in running text, are not.
_WORDS = frozenset(
    "ABSTRACT ACTIVITIES ADVERSE AIM AIMS ANALYSES ANALYSIS ANIMALS APPLICATION APPLICATIONS "
    "APPROACH AREAS ASSESSMENT AVAILABILITY BACKGROUND BACKGROUNDS CASE CASES CHALLENGES CLINICAL "
    "COMMENT COMMENTS COMPARISON COMPARISONS CONCERN CONCERNS CONCLUSION CONCLUSIONS CONSENSUS "
    "CONTACT CONTENT CONTEXT CONTRIBUTION CONTRIBUTIONS COUNSELING COVERED CRITERIA DATA DATABASE "
    "DESCRIPTION DESIGN DEVELOPMENT DIAGNOSES DIAGNOSIS DISCUSSION ELIGIBILITY ENDPOINTS ETHICS "
    "EVIDENCE EXPERIMENTAL EXPERT EXPOSURE EXPOSURES FINDINGS FUNDING FUTURE GOAL GOALS "
    "HYPOTHESIS IMPACT IMPLEMENTATION IMPLICATIONS IMPORTANCE INNOVATION INTERPRETATION "
    "INTERVENTION INTERVENTIONS INTRODUCTION KEY KEYWORDS LESSONS LEVEL LIMITATION LIMITATIONS "
    "LOCATION MAIN MANAGEMENT MATERIAL MATERIALS MEASUREMENT MEASUREMENTS MEASURES METHOD "
    "METHODOLOGY METHODS MODEL MOTIVATION NOVELTY OBJECTION OBJECTIVE OBJECTIVES OBSERVATION "
    "OBSERVATIONS OPINION OUTCOME OUTCOMES OUTLOOK OVERVIEW PARTICIPANTS PATIENT PATIENTS "
    "PERSPECTIVE PERSPECTIVES POPULATION PRESENTATION PRINCIPAL PROBLEM PROCEDURE PROCEDURES "
    "PROSPERO PROTOCOL PURPOSE QUESTION RATIONALE RECENT RECOMMENDATION RECOMMENDATIONS "
    "REGISTRATION RELEVANCE REPORT RESEARCH RESULT RESULTS REVIEW REVIEWERS SAMPLE SAMPLES "
    "SAMPLING SCOPE SEARCH SELECTION SETTING SETTINGS SIGNIFICANCE SOURCE SOURCES STATEMENT "
    "STATISTICAL STRATEGY STUDY SUBJECTS SUMMARY SUPPLEMENTARY SYNTHESIS TECHNIQUE TRIAL "
    "UNLABELED UNLABELLED VARIABLES".split()
)
_LONGEST = 100_000  # characters; no abstract is longer, and the pattern takes its time
_WORD = re.compile(r"[A-Z]+")


def sections(text: str) -> tuple[Section, ...]:
    """The sections of an abstract; one without label when its text is not divided.

    Divided is a text that begins with a label and has a second one further on: a single word in
    capitals before a colon may be anything. Every character of `text` but the labels' is kept.
    """
    if not text:
        return ()
    if len(text) > _LONGEST:
        return (Section(text),)
    labels = [found for found in _LABEL.finditer(text) if _WORDS & {*_WORD.findall(found[1])}]
    if len(labels) < 2 or labels[0].start():
        return (Section(text),)
    ends = [label.start() for label in labels[1:]] + [len(text)]
    return tuple(
        Section(text[label.end() : end].strip(), label[1])
        for label, end in zip(labels, ends, strict=True)
    )

"""What values of list fields are called: languages by name, subsets and filters."""

_LANGUAGES = """
afr Afrikaans; alb Albanian; ara Arabic; arm Armenian; aze Azerbaijani; bos Bosnian; bul Bulgarian
cat Catalan; chi Chinese; cze Czech; dan Danish; dut Dutch; eng English; epo Esperanto; est Estonian
fin Finnish; fre French; geo Georgian; ger German; gla Gaelic; gre Greek; heb Hebrew; hin Hindi
hrv Croatian; hun Hungarian; ice Icelandic; ind Indonesian; ita Italian; jpn Japanese
kin Kinyarwanda; kor Korean; lat Latin; lav Latvian; lit Lithuanian; mac Macedonian
mal Malayalam; mao Maori
may Malay; mul Multiple; nor Norwegian; per Persian; pol Polish; por Portuguese; rum Romanian
rus Russian; san Sanskrit; slo Slovak; slv Slovenian; spa Spanish; srp Serbian; swe Swedish
tha Thai; tur Turkish; ukr Ukrainian; und Undetermined; urd Urdu; vie Vietnamese; wel Welsh
"""
_CODES = {
    entry[4:].strip().lower(): entry[:3]
    for line in _LANGUAGES.strip().splitlines()
    for entry in line.split("; ")
}
_STATUSES = {
    "medline": ("MEDLINE",),
    "pubmed not medline": ("PubMed-not-MEDLINE",),
    "pubmednotmedline": ("PubMed-not-MEDLINE",),
    "in process": ("In-Process", "In-Data-Review"),
    "inprocess": ("In-Process", "In-Data-Review"),
    "publisher": ("Publisher",),
    "pubmed": ("MEDLINE", "PubMed-not-MEDLINE", "In-Process", "In-Data-Review", "Publisher"),
}
# Filters of PubMed's left column: what they are in its own language
_FILTERS = {
    "humans": "Humans[mh]",
    "human": "Humans[mh]",
    "animals": "Animals[mh:noexp]",
    "male": "Male[mh]",
    "female": "Female[mh]",
    "review": "Review[pt]",
    "systematic review": "Systematic Review[pt]",
    "systematicreview": "Systematic Review[pt]",
    "systematic": "Systematic Review[pt]",
    "clinicaltrial": "Clinical Trial[pt]",
    "randomizedcontrolledtrial": "Randomized Controlled Trial[pt]",
    "meta-analysis": "Meta-Analysis[pt]",
    "metaanalysis": "Meta-Analysis[pt]",
    "casereports": "Case Reports[pt]",
    "guideline": "Guideline[pt]",
    "practiceguideline": "Practice Guideline[pt]",
    "observationalstudy": "Observational Study[pt]",
    "y_1": '"last 1 year"[dp]',
    "y_5": '"last 5 years"[dp]',
    "y_10": '"last 10 years"[dp]',
    "preprint": "is:preprint",
    "hasabstract": "has:abstract",
}


def language_code(text: str) -> str:
    """ "English" is eng; a code is itself."""
    name = text.strip().lower()
    return _CODES.get(name, name)


def statuses(text: str) -> tuple[str, ...]:
    """The record statuses of a subset; empty when there is no such subset here."""
    return _STATUSES.get(" ".join(text.lower().split()), ())


def filter_query(text: str) -> str:
    """A filter in the query language; empty when it asks for what a library does not know."""
    name = " ".join(text.lower().split())
    if name in _FILTERS:
        return _FILTERS[name]
    return f"{name}[la]" if name in _CODES else ""

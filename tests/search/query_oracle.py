"""A slow second opinion: evaluates a query text over `Article` values, article by article.

It shares no code with the program's parser, index or evaluator: its own recursive descent over the
text, plain Python over the records, and the MeSH tree read by tree numbers as strings.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence

from desktop_app.mesh.vocabulary import Vocabulary
from desktop_app.records import Article

Test = Callable[[Article], bool]
_PIECE = re.compile(r'\s*("[^"]*"|\[[^\]]*\]|[()]|[^\s()\[\]"]+)')
_WORD = re.compile(r"[^\W_]+")
_SUBHEADINGS = {  # what the queries of the tests use
    "therapy": "therapy|diet therapy|drug therapy|nursing|prevention & control|radiotherapy|"
    "rehabilitation|surgery|transplantation",
    "diagnosis": "diagnosis|diagnostic imaging|pathology",
    "epidemiology": "epidemiology|ethnology|mortality",
    "etiology": "etiology|chemically induced|complications|secondary|congenital|embryology|"
    "abnormalities|genetics|immunology|microbiology|virology|parasitology|transmission",
    "adverse effects": "adverse effects|poisoning|toxicity",
    "statistics & numerical data": "statistics & numerical data|epidemiology|ethnology|mortality|"
    "supply & distribution|utilization",
    "surgery": "surgery|transplantation",
    "metabolism": "metabolism|biosynthesis|blood|cerebrospinal fluid|deficiency|enzymology|"
    "pharmacokinetics|urine",
    "dt": "drug therapy",
}


def folded(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text.lower())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def words(text: str) -> list[str]:
    return _WORD.findall(folded(text))


class Oracle:
    """Which articles a query means."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._fields: dict[int, dict[str, list[str]]] = {}  # words between spaces
        self._dotted = [f"{number}." for number in vocabulary.tree.numbers]
        self._names: dict[tuple[str, str], set[str]] = {}

    def matches(self, query: str, articles: Sequence[Article]) -> list[int]:
        """The places in `articles` of those that a query means."""
        straight = re.sub("[“”]", '"', query)
        found = _PIECE.findall(straight)  # a sign alone means nothing: "Humans[Mesh]/"
        pieces = [p for p in found if p in "()" or any(c.isalnum() for c in p)]
        test, rest = self._chain(pieces)
        assert not rest, rest
        return [place for place, article in enumerate(articles) if test(article)]

    def _chain(self, pieces: list[str]) -> tuple[Test, list[str]]:
        test, pieces = self._item(pieces)
        while pieces and pieces[0] != ")":
            operator = "AND"
            if pieces[0].upper() in ("AND", "OR", "NOT"):
                operator, pieces = pieces[0].upper(), pieces[1:]
            other, pieces = self._item(pieces)
            test = _joined(operator, test, other)
        return test, pieces

    def _item(self, pieces: list[str]) -> tuple[Test, list[str]]:
        if pieces[0] == "(":
            test, rest = self._chain(pieces[1:])
            return test, rest[1:]
        if pieces[0].startswith('"'):
            text, count = pieces[0][1:-1], 1
        else:
            count = 0
            while count < len(pieces) and not (
                pieces[count] in "()"
                or pieces[count][0] in '["'
                or pieces[count].upper() in ("AND", "OR", "NOT")
            ):
                count += 1
            text = " ".join(pieces[:count])
        tag = ""
        if len(pieces) > count and pieces[count].startswith("["):
            tag, count = pieces[count][1:-1].lower(), count + 1
        return self._term(text, tag, pieces[0].startswith('"')), pieces[count:]

    def _term(self, text: str, tag: str, quoted: bool) -> Test:
        tag, _, within = tag.partition(":~")
        if tag in ("tiab", "title/abstract", "ti", "ab", "ot", "tw", "all"):
            return self._worded(text, tag.replace("title/abstract", "tiab"), within)
        if tag == "":
            return self._mapped(text, quoted)
        if tag in ("mesh", "mh", "mesh terms", "majr", "mh:noexp", "majr:noexp"):
            return self._headed(text, tag.startswith("majr"), not tag.endswith("noexp"))
        if tag == "sh":
            wanted = self._subheadings(text)
            return lambda a: any(q.name in wanted for h in a.headings for q in h.qualifiers)
        if tag in ("pt", "publication type"):
            names = {folded(text)} | {folded(n) for n in self._below(text, "V")}
            return lambda a: any(folded(t.name) in names for t in a.publication_types)
        if tag == "la":
            return lambda a: text in [language.lower() for language in a.languages]
        if tag == "dp":
            low, _, high = text.partition(":")
            return lambda a: a.date is not None and int(low) <= a.date.year <= int(high or low)
        if tag == "au":
            return self._author(text)
        if tag == "supplementary concept":
            return lambda a: any(folded(s.name) == folded(text) for s in a.substances)
        if tag == "pharmacological action":
            return self._headed(text, False, True)
        raise AssertionError(tag)

    def _worded(self, text: str, tag: str, within: str) -> Test:
        wanted = words(text)
        row = f" {' '.join(wanted)}" + ("" if text.endswith("*") else " ")

        def test(article: Article) -> bool:
            texts = [t for name in _PARTS[tag] for t in self._texts(article)[name]]
            if within and len(wanted) == 2:
                return any(_near(t, wanted, int(within)) for t in texts)
            return any(row in t for t in texts)

        return test

    def _texts(self, article: Article) -> dict[str, list[str]]:
        known = self._fields.get(id(article))
        if known is None:
            known = {
                name: [f" {' '.join(words(text))} " for text in texts]
                for name, texts in _parts(article).items()
            }
            self._fields[id(article)] = known
        return known

    def _mapped(self, text: str, quoted: bool) -> Test:
        spans = [] if quoted else self._vocabulary.match(text)
        if not spans:
            parts = [text] if quoted else text.split()
            tests = [self._worded(part, "all", "") for part in parts]
            return lambda a: all(t(a) for t in tests)
        assert len(spans) == 1, f"write the query of the test without other words: {text}"
        assert spans[0][:2] == (0, len(text)), f"no whole heading: {text}"
        name = self._vocabulary.name(spans[0][2])
        heading = self._headed(name, False, True)
        own = [self._worded(w, "all", "") for w in name.replace(",", " ").split()]
        typed = [self._worded(w, "all", "") for w in text.split()]
        return lambda a: heading(a) or all(t(a) for t in own) or all(t(a) for t in typed)

    def _headed(self, text: str, major: bool, exploded: bool) -> Test:
        name, _, subheading = text.partition("/")
        names = self._below(name, "") if exploded else {self._name(name)}
        lowered = {folded(n) for n in names} | {folded(name)}
        uis = {self._vocabulary.ui(i) for n in names if (i := self._vocabulary.find(n)) is not None}
        wanted = self._subheadings(subheading) if subheading else set()

        def test(article: Article) -> bool:
            for heading in article.headings:
                named = self._name(heading.name) in names or folded(heading.name) in lowered
                if heading.ui not in uis and not named:
                    continue
                if not wanted and (heading.is_major or not major):
                    return True
                for q in heading.qualifiers:
                    if q.name in wanted and (q.major or heading.major or not major):
                        return True
            return False

        return test

    def _subheadings(self, text: str) -> set[str]:
        name = text.lower().replace(" and ", " & ")
        return set(_SUBHEADINGS.get(name, name).split("|"))

    def _name(self, text: str) -> str:
        index = self._index(text)
        return text if index is None else self._vocabulary.name(index)

    def _index(self, text: str) -> int | None:
        """By name or entry term; a name may lack its apostrophe ("Physicians")."""
        index = self._vocabulary.find(text)
        return self._vocabulary.find(text + "'") if index is None else index

    def _below(self, text: str, category: str) -> set[str]:
        """A heading and all below it, by comparing tree numbers as texts."""
        if (text, category) not in self._names:
            self._names[text, category] = self._compared(text, category)
        return self._names[text, category]

    def _compared(self, text: str, category: str) -> set[str]:
        index = self._index(text)
        if index is None:
            return {text}
        names = {self._vocabulary.name(index)}
        for number in self._vocabulary.descriptor(index).tree_numbers:
            begin = f"{number}."
            for code in [i for i, other in enumerate(self._dotted) if other.startswith(begin)]:
                if self._dotted[code].startswith(category):
                    names.add(self._vocabulary.node_name(code))
        return names

    def _author(self, text: str) -> Test:
        *last, initials = text.split()

        def test(article: Article) -> bool:
            for author in article.authors:
                own = "".join(words(author.initials))
                if words(author.last) == words(" ".join(last)) and own.startswith(folded(initials)):
                    return True
            return False

        return test


_PARTS = {
    "ti": ["title"],
    "ab": ["abstract", "other"],
    "ot": ["keywords"],
    "tiab": ["title", "abstract", "other", "keywords"],
    "tw": ["title", "abstract", "other", "keywords", "indexing"],
    "all": ["title", "abstract", "other", "keywords", "indexing", "names", "affiliations"],
}


def _parts(a: Article) -> dict[str, list[str]]:
    indexing = [h.name for h in a.headings] + [q.name for h in a.headings for q in h.qualifiers]
    indexing += [t.name for t in a.publication_types] + [s.name for s in a.substances]
    names = [a.journal.title, a.journal.abbreviation]
    for author in a.authors:
        both = (f"{author.last} {author.initials}", f"{author.fore} {author.last}")
        names += both if author.last else (author.collective,)
    return {
        "title": [a.title],
        "abstract": [a.abstract],
        "other": [s.text for s in a.other_abstracts],
        "keywords": [k.text for k in a.keywords],
        "indexing": indexing,
        "names": names,
        "affiliations": [" ".join(author.affiliations) for author in a.authors],
    }


def _joined(operator: str, first: Test, second: Test) -> Test:
    if operator == "AND":
        return lambda a: first(a) and second(a)
    if operator == "OR":
        return lambda a: first(a) or second(a)
    return lambda a: first(a) and not second(a)


def _near(text: str, wanted: list[str], within: int) -> bool:
    places = [[i for i, word in enumerate(text.split()) if word == w] for w in wanted]
    return any(0 < abs(a - b) <= within + 1 for a in places[0] for b in places[1])

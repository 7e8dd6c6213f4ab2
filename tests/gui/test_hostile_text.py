"""Records from anywhere: what looks like HTML is shown as it is, nothing is loaded or followed."""

from pathlib import Path

import pytest
from PySide6.QtCore import QSize, QUrl
from PySide6.QtGui import QColor, QImage, QTextDocument
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from desktop_app.gui.article_html import article_html
from desktop_app.gui.links import LinkOpener, web_host
from desktop_app.gui.theme import LIGHT
from desktop_app.gui.widgets.article_view import ArticleView
from desktop_app.gui.widgets.safe_browser import SafeBrowser
from desktop_app.records import Article, Author, Heading, Journal, Keyword, Qualifier, Section
from tests.gui.conftest import MakeLibrary, OpenWindow, settle
from tests.gui.records_xml import Record

PAYLOADS = (
    '<img src="file://{secret}">',
    "<img src={secret}>",
    '<link rel="stylesheet" href="{secret}"><style>@import url({secret});</style>',
    '<body background="{secret}"><table background="{secret}">',
    '<a href="file://{secret}">press</a><script>alert(1)</script>',
    '"><img src="{secret}"><p class="',
    "&lt;img src=&quot;{secret}&quot;&gt; &amp; &#60;b&#62;",
    "</p></body></html><iframe src='{secret}'></iframe><object data='{secret}'>",
)


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "secret.png"
    path.write_bytes(b"not a picture")
    return path


@pytest.mark.parametrize("payload", PAYLOADS)
def test_every_text_of_a_record_is_shown_literally_and_loads_nothing(
    qtbot: QtBot, secret: Path, opened_files: list[str], payload: str
) -> None:
    text = payload.format(secret=secret)
    article = Article(
        title=text,
        vernacular_title=text,
        pmid=1,
        doi=text,
        pmcid=text,
        sections=(Section(text, label=text),),
        authors=(Author(last=text, orcid=text), Author(collective=text)),
        journal=Journal(title=text),
        volume=text,
        headings=(Heading(text, text, qualifiers=(Qualifier("", text),)),),
        keywords=(Keyword(text),),
        status=text,
    )
    view = ArticleView()
    qtbot.addWidget(view)
    view.show_article(article, ("img", "secret", "b"))
    view.grab()
    # title, its original, authors, group, journal, volume, label, section, heading, keyword …
    assert view.toPlainText().replace("\xa0", " ").count(text) >= 9
    assert "<img" not in article_html(article, (), LIGHT)
    assert not [name for name in opened_files if str(secret) in name]
    formats = view.document().allFormats()
    assert not [f for f in formats if f.isImageFormat()]
    links = [f.toCharFormat().anchorHref() for f in formats if f.isCharFormat()]
    assert {link.split(":")[0] for link in links if link} <= {"https", "litmesh"}


def test_the_browser_answers_every_wish_with_nothing(qtbot: QtBot, tmp_path: Path) -> None:
    # Qt reads files in C++, where no audit hook sees it: so the file is a picture one would see
    red = QImage(60, 60, QImage.Format.Format_RGB32)
    red.fill(QColor("#ff0000"))
    path = tmp_path / "red.png"
    assert red.save(str(path))
    view = SafeBrowser()
    qtbot.addWidget(view)
    view.resize(300, 200)
    view.setHtml(
        f'<img src="{path}"><img src="file://{path}"><img src="red.png">'
        f'<table background="file://{path}"><tr><td>cell</td></tr></table>'
    )
    view.document().setBaseUrl(QUrl.fromLocalFile(str(tmp_path) + "/"))
    shown = view.grab().toImage()
    reds = [
        (x, y)
        for x in range(shown.width())
        for y in range(shown.height())
        if shown.pixelColor(x, y) == QColor("#ff0000")
    ]
    assert reds == []
    for kind in QTextDocument.ResourceType:
        for url in (QUrl.fromLocalFile(str(path)), QUrl(str(path))):
            content = view.document().resource(kind.value, url)
            empty = content.size() in (0, QSize(1, 1)) if content is not None else True
            assert empty, f"{kind} {url}: {content}"


def test_hostile_records_come_through_list_facets_and_chips(
    qtbot: QtBot, open_window: OpenWindow, make_library: MakeLibrary, secret: Path
) -> None:
    text = f'<img src="{secret}"><b>bold</b>'
    record = Record(
        1, text, text, 2001, (("D001249", "Asthma"),), text, (f"<i>{text}</i>",), (text,)
    )
    flow = open_window(make_library((record,)))
    qtbot.waitUntil(lambda: text in flow.window.article.view.toPlainText())
    assert flow.model.index(0, 0).data() == text
    facets = flow.window.facets
    journal = facets.journals.model.index(0, 0)
    assert journal.data() == text
    flow.query.toggle_value("journals", text)
    settle(qtbot, flow)
    assert flow.window.results.filters.chips()[0].toolTip().count("<") == 2  # our own <qt> alone
    rich = [
        label.text()
        for label in flow.window.findChildren(QLabel)
        if label.textFormat().name != "PlainText" and "<" in label.text()
    ]
    assert rich == []


REFUSED = (
    "file:///etc/passwd",
    "FILE:///etc/passwd",
    " https://pubmed.ncbi.nlm.nih.gov",
    "https://pubmed.ncbi.nlm.nih.gov\n.evil.org",
    "https:\\\\evil.org",
    "https://user@evil.org/",
    "https://pubmed.ncbi.nlm.nih.gov@evil.org/",
    "javascript:alert(1)",
    "search-ms:query=x",
    "data:text/html,x",
    "ftp://example.org/",
    "//example.org/",
    "\\\\server\\share",
    "https://",
    "https:///path",
    "https://localhost/",
    "https://[::1",
    "https://exаmple.org/",
    "https://xn--exmple-4nf.org/",
    "https://example.org:port/",
    "https://example.org/\x00",
    'https://example.org/"onclick',
    "",
)


@pytest.mark.parametrize("address", REFUSED)
def test_only_plain_web_addresses_reach_the_system(qtbot: QtBot, address: str) -> None:
    opener = _Opener()
    with qtbot.waitSignal(opener.refused):
        assert not opener.open(address)
    assert opener.launched == []


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://pubmed.ncbi.nlm.nih.gov/123/", "pubmed.ncbi.nlm.nih.gov"),
        ("https://doi.org/10.1000/a(b)%3Cc%3E", "doi.org"),
        ("HTTP://Example.org:8080/x?y=1#z", "example.org"),
    ],
)
def test_web_addresses_are_opened_and_their_host_is_told(
    qtbot: QtBot, address: str, host: str
) -> None:
    opener = _Opener()
    with qtbot.waitSignal(opener.opened) as told:
        assert opener.open(address)
    assert told.args == [host]
    assert web_host(address) == host
    assert len(opener.launched) == 1


class _Opener(LinkOpener):
    def __init__(self) -> None:
        super().__init__()
        self.launched: list[QUrl] = []

    def launch(self, url: QUrl) -> None:
        self.launched.append(url)

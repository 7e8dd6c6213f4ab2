"""Makes small valid PDFs for the tests: lines of text in given sizes, metadata, pictures."""

from collections.abc import Sequence
from dataclasses import dataclass

PAGE = (612, 792)


@dataclass(frozen=True)
class Printed:
    """A line of text: points, origin at the lower left."""

    text: str
    size: float = 10
    left: float = 60
    bottom: float = 700
    bold: bool = False


def small_pdf(
    pages: Sequence[Sequence[Printed]], info: dict[str, str] | None = None, xmp: str = ""
) -> bytes:
    """The bytes of a PDF 1.7 with a cross-reference table."""
    kids = " ".join(f"{6 + 2 * n} 0 R" for n in range(len(pages)))
    packet = xmp.encode()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R" + (b"/Metadata 5 0 R" if xmp else b"") + b">>",
        f"<</Type/Pages/Kids[{kids}]/Count {len(pages)}>>".encode(),
        _font("Helvetica"),
        _font("Helvetica-Bold"),
        b"<</Type/Metadata/Subtype/XML/Length %d>>stream\n%s\nendstream" % (len(packet), packet),
    ]
    for number, lines in enumerate(pages):
        objects += _page(7 + 2 * number, lines)
    objects.append(_dictionary(info or {}))
    return _assembled(objects)


def with_picture(pixels: int = 4) -> bytes:
    """A page that is one grey picture, as a scanner makes it."""
    picture = b"\x80" * pixels * pixels
    content = b"q 612 0 0 792 0 0 cm /P Do Q"
    return _assembled([
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R"
        b"/Resources<</XObject<</P 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
        b"<</Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceGray"
        b"/BitsPerComponent 8/Length %d>>stream\n%s\nendstream"
        % (pixels, pixels, len(picture), picture),
        b"<<>>",
    ])  # fmt: skip


def with_contents(contents: bytes, filters: bytes) -> bytes:
    """A page whose instructions are packed as `filters` say."""
    return _assembled([
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R>>",
        b"<</Filter[%s]/Length %d>>stream\n%s\nendstream" % (filters, len(contents), contents),
        b"<<>>",
    ])  # fmt: skip


def with_nested_forms(depth: int, width: int) -> bytes:
    """A page that draws a form that draws the next one `width` times, and so on: width^depth."""
    forms = []
    for level in range(depth):
        draws = b"/X Do " * width if level < depth - 1 else b"BT /F 9 Tf (x) Tj ET"
        forms.append(
            b"<</Type/XObject/Subtype/Form/BBox[0 0 600 700]/Resources<</XObject<</X %d 0 R>>"
            b"/Font<</F 5 0 R>>>>/Length %d>>stream\n%s\nendstream" % (7 + level, len(draws), draws)
        )
    return _assembled([
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R"
        b"/Resources<</XObject<</X 6 0 R>>>>>>",
        b"<</Length 5>>stream\n/X Do\nendstream",
        _font("Helvetica"),
        *forms,
        b"<<>>",
    ])  # fmt: skip


def xmp_packet(title: str, doi: str) -> str:
    """An XMP packet as publishers write it."""
    return (
        '<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF><rdf:Description rdf:about=""><dc:title><rdf:Alt><rdf:li xml:lang="x-default">'
        f"{title}</rdf:li></rdf:Alt></dc:title><prism:doi>{doi}</prism:doi></rdf:Description>"
        '</rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
    )


def body(first: int = 500, lines: int = 12) -> list[Printed]:
    """Running text of ten points."""
    words = "The patients were seen every second week until the end of the study in the clinic"
    return [Printed(f"{words} {chr(97 + n)}.", bottom=first - 12 * n) for n in range(lines)]


def _font(name: str) -> bytes:
    return f"<</Type/Font/Subtype/Type1/BaseFont/{name}/Encoding/WinAnsiEncoding>>".encode()


def _page(content_number: int, lines: Sequence[Printed]) -> list[bytes]:
    content = b"\n".join(
        b"BT /%s %g Tf %g %g Td %s Tj ET"
        % (b"B" if line.bold else b"F", line.size, line.left, line.bottom, _string(line.text))
        for line in lines
    )
    page = (
        f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {PAGE[0]} {PAGE[1]}]/Contents {content_number} 0 R"
        "/Resources<</Font<</F 3 0 R/B 4 0 R>>>>>>"
    )
    return [page.encode(), b"<</Length %d>>stream\n%s\nendstream" % (len(content), content)]


def _string(text: str) -> bytes:
    escaped = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    return b"(" + escaped.encode("cp1252") + b")"


def _dictionary(info: dict[str, str]) -> bytes:
    return b"<<" + b"".join(b"/" + k.encode() + _string(v) for k, v in info.items()) + b">>"


def _assembled(objects: Sequence[bytes]) -> bytes:
    """Objects numbered from 1 on: the first is the catalogue, the last the Info dictionary."""
    out = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    trailer = b"<</Size %d/Root 1 0 R/Info %d 0 R>>" % (size, len(objects))
    return b"%sxref\n0 %d\n0000000000 65535 f \n%strailer\n%s\nstartxref\n%d\n%%%%EOF\n" % (
        out, size, table, trailer, len(out),
    )  # fmt: skip

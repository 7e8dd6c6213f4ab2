"""A second, independent reader of MEDLINE text: slow, plain, made to judge our own."""

Record = list[tuple[str, str]]


def read_medline(text: str) -> list[Record]:
    """The (tag, value) pairs of each record; a record begins with PMID."""
    records: list[Record] = []
    for line in text.splitlines():
        if line.startswith("      "):
            tag, value = records[-1][-1]
            records[-1][-1] = (tag, f"{value.rstrip()} {line.strip()}")
        elif line.strip():
            assert line[4:5] == "-", line
            tag, value = line[:4].strip(), line[6:]
            if tag == "PMID":
                records.append([])
            records[-1].append((tag, value))
    return records


def values(record: Record, tag: str) -> list[str]:
    """The values of one tag, in order."""
    return [" ".join(value.split()) for name, value in record if name == tag]

"""What macOS is told of Litmesh.app: the keys of its Info.plist beside those PyInstaller writes."""

from typing import Any

IDENTIFIER = "org.litmesh.Litmesh"
MINIMUM = "14.0"  # what onnxruntime's wheels need; since 1.24 they are for Apple silicon only

# Apple has no names for these; ours say what they are for every program that knows none better.
_FORMATS = (
    ("ris", "RIS references", "public.plain-text"),
    ("bib", "BibTeX references", "public.plain-text"),
    ("nbib", "PubMed citations", "public.plain-text"),
    ("nxml", "Journal article (JATS)", "public.xml"),
)


def info_plist(version: str) -> dict[str, Any]:
    """Keys for `BUNDLE(info_plist=…)`; no exception to App Transport Security is among them."""
    return {
        "CFBundleDisplayName": "Litmesh",
        "CFBundleShortVersionString": version,
        "CFBundleVersion": version,
        "LSMinimumSystemVersion": MINIMUM,
        "LSApplicationCategoryType": "public.app-category.reference",
        "NSHighResolutionCapable": True,
        "NSRequiresAquaSystemAppearance": False,  # dark when the system is
        "NSSupportsAutomaticGraphicsSwitching": True,
        "NSHumanReadableCopyright": "Apache License 2.0",
        "CFBundleDocumentTypes": _document_types(),
        "UTImportedTypeDeclarations": [_declaration(*entry) for entry in _FORMATS],
    }


def type_name(suffix: str) -> str:
    """The uniform type identifier of a file type that Apple has none for."""
    return f"{IDENTIFIER.lower()}.{suffix}"


def _document_types() -> list[dict[str, Any]]:
    """As an alternate: what opens these files now goes on opening them."""
    types = [("PDF document", "com.adobe.pdf"), ("XML document", "public.xml")]
    types += [(name, type_name(suffix)) for suffix, name, _ in _FORMATS]
    return [
        {
            "CFBundleTypeName": name,
            "CFBundleTypeRole": "Viewer",  # it imports, it never writes them
            "LSHandlerRank": "Alternate",
            "LSItemContentTypes": [kind],
        }
        for name, kind in types
    ]


def _declaration(suffix: str, name: str, parent: str) -> dict[str, Any]:
    return {
        "UTTypeIdentifier": type_name(suffix),
        "UTTypeDescription": name,
        "UTTypeConformsTo": [parent],
        "UTTypeTagSpecification": {"public.filename-extension": [suffix]},
    }

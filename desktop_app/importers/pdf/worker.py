"""The process that opens PDFs: one JSON request a line on stdin, one JSON answer a line on stdout.

Run as `python -m desktop_app.importers.pdf.worker`. It says {"ready": true} when it is confined,
and ends when stdin does. A request is {"do": "read", "path": …, "name": …} or {"do": "picture",
"path": …, "width": …}.
"""

import base64
import contextlib
import io
import json
import os
import stat
import sys
from pathlib import Path
from typing import Any, BinaryIO

import pypdfium2 as pdfium

from desktop_app.importers.pdf.confinement import allow_cpu, confine, peak_memory
from desktop_app.importers.pdf.document import not_read, read_document
from desktop_app.importers.pdf.picture import first_page_png
from desktop_app.importers.pdf.reading import State

_REQUEST_BYTES = 64 * 1024
_SMALL_PDF = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents 4 0 R
/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Times-Roman>>>>>>>>endobj
4 0 obj<</Length 57>>stream
BT /F 9 Tf 9 50 Td (A title. 2001;1:1 doi:10.1000/1) Tj ET
endstream endobj
trailer<</Root 1 0 R/Size 5>>
%%EOF"""


def main() -> None:
    """Answer requests until there are no more."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    _warm_up()
    confine()
    _send(answers, {"ready": True})
    while line := sys.stdin.buffer.readline(_REQUEST_BYTES):
        allow_cpu()
        answer = _answer(json.loads(line))
        _send(answers, answer | {"peak": peak_memory()})


def _warm_up() -> None:
    """Load what is loaded at first use: no file can be opened for it while a PDF is open."""
    read_document(io.BytesIO(_SMALL_PDF), "warm-up.pdf")
    first_page_png(io.BytesIO(_SMALL_PDF), 10)
    with contextlib.suppress(pdfium.PdfiumError):
        pdfium.PdfDocument(io.BytesIO(b"no PDF"))


def _answer(request: dict[str, Any]) -> dict[str, Any]:
    path = Path(request["path"])
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            return not_read(State.DAMAGED, "It is no file.")
        with open(path, "rb") as file:
            if request["do"] == "picture":
                png = first_page_png(file, int(request["width"]))
                return {"png": base64.b64encode(png).decode("ascii")}
            return read_document(file, request["name"])
    except OSError as error:
        reason = f"It cannot be read: {error.strerror or error}."
        return not_read(State.DAMAGED, reason, "Check path and permissions.")
    except MemoryError:
        return not_read(State.TOO_BIG, "It needs more than 1 GB of memory.")
    except Exception as error:  # noqa: BLE001 - a file can make the reader fail in any way
        return not_read(State.DAMAGED, f"The reader failed on it ({type(error).__name__}).")


def _send(answers: BinaryIO, answer: dict[str, Any]) -> None:
    answers.write(json.dumps(answer, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
    answers.flush()


if __name__ == "__main__":
    main()

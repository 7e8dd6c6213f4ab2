"""The start of the program: the environment first, then the window or a command."""

import os
import sys

# Nothing leaves the machine. Set before any of the libraries that look at them is imported:
# ONNX Runtime reports usage by default, on every system.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
os.environ["TRANSFORMERS_OFFLINE"] = "1"

# numpy's matrix products stay on the thread that asks: a search makes many small ones, and threads
# that help wait for each other in a loop (docs/decisions/scale.md). Whoever sets it is obeyed.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("VECLIB_MAXIMUM_THREADS", "1")  # macOS


def main() -> None:
    """Open the window when no command is given, else run the command."""
    if sys.argv[1:2] == ["pdf-worker"]:  # how the packaged program starts its confined PDF reader
        from desktop_app.importers.pdf.worker import main as read_pdfs

        read_pdfs()
        return
    from desktop_app.cli.litmesh import litmesh

    litmesh(prog_name="litmesh")


if __name__ == "__main__":
    main()

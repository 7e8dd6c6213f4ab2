"""The start of the program: what it sets before the libraries that look at it are imported."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

_PRODUCTS = """
import desktop_app.__main__
import os
import numpy as np
large = np.ones((600, 600), np.float32)
large @ large
print(len(os.listdir("/proc/self/task")))
"""


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="threads are counted in /proc")
@pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="one core has no second thread anyway")
@pytest.mark.parametrize(("wanted", "threads"), [(None, 1), ("2", 2)])
def test_matrix_products_stay_on_the_thread_that_asks(wanted: str | None, threads: int) -> None:
    environment = {n: v for n, v in os.environ.items() if n != "OPENBLAS_NUM_THREADS"}
    if wanted is not None:
        environment["OPENBLAS_NUM_THREADS"] = wanted
    told = subprocess.run(
        [sys.executable, "-c", _PRODUCTS],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(told.stdout) == threads

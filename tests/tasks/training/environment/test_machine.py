"""Which build of PyTorch a machine gets, from facts that were probed."""

import pytest

from desktop_app.tasks.training.environment.machine import (
    Backend,
    Facts,
    Gpu,
    detect,
    parse_gpus,
)

ADA = Gpu("RTX 4090", (580, 65), (8, 9))


def linux(*gpus: Gpu, rocm: bool = False) -> Facts:
    return Facts("Linux", "x86_64", gpus, rocm)


@pytest.mark.parametrize(
    ("facts", "backend", "words"),
    [
        (linux(), Backend.CPU, "No GPU was found"),
        (Facts("Darwin", "arm64"), Backend.MPS, "Apple processor"),
        (Facts("Darwin", "x86_64"), Backend.CPU, "No GPU was found"),
        (Facts("Windows", "AMD64", (ADA,)), Backend.CUDA13, "RTX 4090"),
        (linux(ADA), Backend.CUDA13, "driver 580.65, compute 8.9"),
        (linux(Gpu("T4", (580, 0), (7, 5))), Backend.CUDA13, "T4"),
        (linux(Gpu("V100", (580, 0), (7, 0))), Backend.CUDA12, "V100"),
        (linux(Gpu("A100", (579, 99), (8, 0))), Backend.CUDA12, "A100"),
        (linux(Gpu("M60", (525, 0), (5, 0))), Backend.CUDA12, "M60"),
        (linux(Gpu("A100", (524, 99), (8, 0))), Backend.CPU, "525 or newer is needed, best 580"),
        (linux(Gpu("K80", (580, 0), (3, 7))), Backend.CPU, "too old for PyTorch"),
        (linux(Gpu("GT 710", (580, 0), (3, 5)), ADA), Backend.CUDA13, "RTX 4090"),
        (linux(rocm=True), Backend.ROCM, "AMD"),
        (linux(ADA, rocm=True), Backend.CUDA13, "RTX 4090"),
        (linux(Gpu("K80", (470, 0), (3, 7)), rocm=True), Backend.CPU, "K80"),
    ],
)
def test_the_backend_of_a_machine(facts: Facts, backend: Backend, words: str) -> None:
    found = detect(facts)
    assert found.backend is backend
    assert words in found.reason


def test_what_nvidia_smi_says() -> None:
    said = (
        "580.65.06, 8.9, NVIDIA GeForce RTX 4090\n"
        "NVIDIA-SMI has failed because it could not talk to the driver\n"
        "[N/A], [N/A], Something\n"
        "525.60.13, 7.0, Tesla V100, 32GB\r\n"
    )
    assert parse_gpus(said) == (
        Gpu("NVIDIA GeForce RTX 4090", (580, 65), (8, 9)),
        Gpu("Tesla V100, 32GB", (525, 60), (7, 0)),
    )
    assert parse_gpus("") == ()

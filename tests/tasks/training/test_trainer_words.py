"""What the trainer's processes mean in plain words."""

import pytest

from desktop_app.tasks.training.environment.remedies import failure
from desktop_app.tasks.training.trainer_words import full_disk


@pytest.mark.parametrize(
    ("reason", "full"),
    [
        (
            "[WinError 112] Es steht nicht genug Speicherplatz auf dem Datenträger zur Verfügung",
            True,
        ),
        ("I/O error: Espace insuffisant sur le disque. (os error 112)", True),
        ("Kein Speicherplatz mehr auf dem Gerät (os error 28)", True),
        ("[Errno 28] No space left on device: 'x'", True),
        ("[WinError 1121] The timeout was reached", False),
        ("(os error 2800)", False),
    ],
)
def test_a_full_disk_is_known_in_every_language(reason: str, full: bool) -> None:
    assert full_disk(reason) is full
    if "WinError" in reason or "os error" in reason:
        assert ("disk is full" in failure(reason, from_folder=False).message) is full

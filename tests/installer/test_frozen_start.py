"""The environment that the frozen program hands to its children is the user's."""

from installer.start import give_back


def test_the_users_library_path_comes_back() -> None:
    environment = {"LD_LIBRARY_PATH": "/opt/litmesh/_internal", "LD_LIBRARY_PATH_ORIG": "/mine"}
    give_back(environment)
    assert environment == {"LD_LIBRARY_PATH": "/mine"}


def test_without_one_nothing_is_left() -> None:
    environment = {
        "LD_LIBRARY_PATH": "/opt/litmesh/_internal",
        "_PYI_ARCHIVE_FILE": "/opt/litmesh/litmesh",
        "_PYI_APPLICATION_HOME_DIR": "/opt/litmesh/_internal",
        "HOME": "/home/reader",
    }
    give_back(environment)
    assert environment == {"HOME": "/home/reader"}

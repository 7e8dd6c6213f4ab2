"""The errors a user is meant to see, apart from the bugs."""


class UserError(Exception):
    """Something the user can understand and put right: `message` says what, `hint` what to do."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(f"{message} {hint}".strip())
        self.message = message
        self.hint = hint


class Cancelled(Exception):
    """The user asked a running task to stop. What was committed stays."""

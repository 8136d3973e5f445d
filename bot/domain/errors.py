"""What can go wrong in a use case. One small tree; the class decides the words, which live in templates/.

The docstring is the default message, in English, for logs. Nothing here is shown to a user.
"""

from __future__ import annotations


class BatonError(Exception):
    """Something went wrong that can be explained."""

    def __init__(self, message: str = "", **params: object) -> None:
        super().__init__(message or self.__doc__ or type(self).__name__)
        # What the template of this error may show: names, dates, counts. Never a secret.
        self.params = params


class NotAllowed(BatonError):
    """The actor's posts do not give this right."""


class NotFound(BatonError):
    """The thing named does not exist, or not any more."""


class Stale(BatonError):
    """The row changed after the button was shown."""


class AlreadyDone(BatonError):
    """The same thing was done before; nothing changed."""


class Conflict(BatonError):
    """Somebody else holds what was asked for."""


class Refused(Conflict):
    """The rules do not let this happen now."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(f"{self.__doc__} [{code}]", **params)
        self.code = code


class Expired(BatonError):
    """The time for this has passed."""


class IllegalTransition(BatonError):
    """This step does not exist from the present state."""


class InvalidInput(BatonError):
    """The value given cannot be used."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(f"{self.__doc__} [{code}]", **params)
        self.code = code

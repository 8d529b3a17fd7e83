"""What can be wrong with a PDF."""

from enum import StrEnum


class Fault(StrEnum):
    NOT_PDF = "not_pdf"
    DISGUISED = "disguised"
    BROKEN = "broken"
    ENCRYPTED = "encrypted"
    SCRIPT = "script"
    COMMAND = "command"
    SENDS = "sends"
    OUTSIDE = "outside"
    EMBEDDED = "embedded"
    XFA = "xfa"
    MEDIA = "media"
    NO_PAGES = "no_pages"
    MANY_PAGES = "many_pages"
    HUGE_PAGE = "huge_page"
    HUGE_IMAGE = "huge_image"
    BOMB = "bomb"
    TANGLED = "tangled"
    TOO_HEAVY = "too_heavy"


class FaultError(Exception):
    """Ends the examination at the first fault."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault

"""Archives that leave piece by piece."""

import io


class Sink(io.RawIOBase):
    """What a ZipFile writes into and a response takes out of; it cannot go back."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, piece: bytes) -> int:  # type: ignore[override]
        self._pieces.append(bytes(piece))
        return len(piece)

    def taken(self) -> bytes:
        content, self._pieces = b"".join(self._pieces), []
        return content

"""What the bytes of a file say before anybody follows its structure: other formats, hidden actions, bombs.

Readers of a damaged or doubly written PDF disagree about which objects count. So everything that any of them could
find is looked at here, also what the cross-reference table does not name: the text of the file, and the content of
every packed stream that may be an object stream.
"""

import re
import struct
import zlib
from collections.abc import Iterator

from kiks.inspection.faults import Fault, FaultError

MEBIBYTE = 1024 * 1024
STREAM_LIMIT = 128 * MEBIBYTE  # an A4 page scanned in colour at 600 dpi has 104 MB
TOTAL_LIMIT = 512 * MEBIBYTE
OBJECT_STREAM_LIMIT = 16 * MEBIBYTE
MOST_STREAMS = 20_000
FEED, PIECE = 64 * 1024, 256 * 1024
DICTIONARY_BEFORE = 4096

WHITE = b"\0\t\n\f\r "
GAP = rb"(?:[\0\t\n\f\r ]|%[^\r\n]*[\r\n])*"
END = rb"(?![^\0\t\n\f\r ()<>\[\]{}/%])"

# Other formats whose readers do not ask where their file begins, or are content to find a mark at one place.
FORMAT_MARKS = {128: b"DICM", 257: b"ustar", 32769: b"CD001", 34817: b"CD001", 36865: b"CD001"}
MARKUP = re.compile(rb"<(?:!doctype|html|head|body|script|svg|iframe|\?php)", re.IGNORECASE)
MARKUP_WITHIN = 1024

HEX_IN_NAME = re.compile(rb"#([0-9A-Fa-f]{2})")
START_OF_TABLE = re.compile(rb"startxref[\0\t\n\f\r ]+(\d{1,12})[\0\t\n\f\r ]+$")
TABLE = re.compile(rb"[\0\t\n\f\r ]*(?:xref|\d+[\0\t\n\f\r ]+\d+[\0\t\n\f\r ]+obj)")
STREAM = re.compile(rb"(?<!end)stream\r?\n?")
OBJECT_STREAM_START = re.compile(rb"(?:[\0\t\n\f\r ]|%[^\r\n]*[\r\n])*\d+[\0\t\n\f\r ]")

ACTION_FAULTS = {
    Fault.SCRIPT: ("JavaScript", "Rendition"),
    Fault.COMMAND: ("Launch",),
    Fault.SENDS: ("SubmitForm", "ImportData"),
    Fault.OUTSIDE: ("GoToR", "GoToE"),
    Fault.MEDIA: ("Movie", "Sound", "GoTo3DView", "RichMediaExecute"),
}
ANNOTATION_FAULTS = {
    Fault.EMBEDDED: ("FileAttachment",),
    Fault.MEDIA: ("Movie", "Sound", "Screen", "RichMedia", "3D"),
}


def _value(key: bytes, names: tuple[str, ...]) -> bytes:
    return rb"/" + key + GAP + rb"/(?:" + "|".join(names).encode() + rb")" + END


_REFERENCE = rb"\d+[\0\t\n\f\r ]+\d+[\0\t\n\f\r ]+R"
ANYWHERE = [
    *[(fault, _value(b"S", names)) for fault, names in ACTION_FAULTS.items()],
    *[(fault, _value(b"Subtype", names)) for fault, names in ANNOTATION_FAULTS.items()],
    (Fault.EMBEDDED, _value(b"Type", ("EmbeddedFile",))),
    (Fault.EMBEDDED, rb"/(?:EF|EmbeddedFiles)" + GAP + rb"(?:<<|" + _REFERENCE + rb")"),
    (Fault.SCRIPT, rb"/JavaScript" + GAP + rb"(?:<<|" + _REFERENCE + rb")"),
    (Fault.XFA, rb"/XFA" + GAP + rb"(?:\[|" + _REFERENCE + rb")"),
]
# So short that the noise of a packed image contains it now and then: only looked for in text.
IN_TEXT = [(Fault.SCRIPT, rb"/JS" + GAP + rb"[(<\d]")]
SEARCHES = [(fault, re.compile(pattern)) for fault, pattern in ANYWHERE]
TEXT_SEARCHES = [*SEARCHES, *[(fault, re.compile(pattern)) for fault, pattern in IN_TEXT]]


def examine_surface(data: bytes) -> None:
    """Raise FaultError for the first thing in the bytes that a plain PDF has not."""
    _look_for_other_formats(data)
    _look_at_end(data)
    _search(_plain_names(data), SEARCHES)
    _unpack_streams(data)


def _look_for_other_formats(data: bytes) -> None:
    if not data.startswith(b"%PDF-"):
        raise FaultError(Fault.DISGUISED if b"%PDF-" in data[:MARKUP_WITHIN] else Fault.NOT_PDF)
    marked = any(data[at : at + len(mark)] == mark for at, mark in FORMAT_MARKS.items())
    if marked or MARKUP.search(data[:MARKUP_WITHIN]) or _is_archive(data):
        raise FaultError(Fault.DISGUISED)


def _is_archive(data: bytes) -> bool:
    """Whether the end of a ZIP archive stands at the end, perhaps with the rest of the PDF as its comment."""
    at = len(data)
    earliest = max(0, len(data) - 22 - 65_535)
    while (at := data.rfind(b"PK\x05\x06", earliest, at)) >= 0:
        if len(data) - at >= 22:
            (comment,) = struct.unpack_from("<H", data, at + 20)
            directory, offset = struct.unpack_from("<II", data, at + 12)
            if at + 22 + comment <= len(data) and directory + offset <= at:
                return True
    return False


def _look_at_end(data: bytes) -> None:
    end = data.rfind(b"%%EOF")
    if end < 0:
        raise FaultError(Fault.BROKEN)
    if data[end + 5 :].strip(WHITE):
        raise FaultError(Fault.DISGUISED)
    start = START_OF_TABLE.search(data, max(0, end - 128), end)
    if not start or not TABLE.match(data, int(start[1])):
        raise FaultError(Fault.BROKEN)


def _plain_names(data: bytes) -> bytes:
    """The bytes with the escapes of names (/J#61vaScript) written out."""
    if b"#" not in data:
        return data
    return HEX_IN_NAME.sub(lambda match: bytes([int(match[1], 16)]), data)


def _search(text: bytes, searches: list[tuple[Fault, re.Pattern[bytes]]]) -> None:
    for fault, search in searches:
        if search.search(text):
            raise FaultError(fault)


def _unpack_streams(data: bytes) -> None:
    allowance = TOTAL_LIMIT
    for number, match in enumerate(STREAM.finditer(data)):
        if number > MOST_STREAMS:
            raise FaultError(Fault.TANGLED)
        before = data[max(0, match.start() - DICTIONARY_BEFORE) : match.start()]
        dictionary = _plain_names(before.rpartition(b"obj")[2])
        is_object_stream = b"/ObjStm" in dictionary
        if is_object_stream:
            _look_at_packing(dictionary, data, match.end())
        size = _unpack(data, match.end(), is_object_stream=is_object_stream, allowance=allowance)
        if is_object_stream and not size and b"/Filter" in dictionary:
            raise FaultError(Fault.TANGLED)
        allowance -= size


def _unpack(data: bytes, start: int, *, is_object_stream: bool, allowance: int) -> int:
    """Unpack and forget, but search what may be an object stream; answers with the unpacked size."""
    limit = min(allowance, OBJECT_STREAM_LIMIT if is_object_stream else STREAM_LIMIT)
    size, is_searched, text = 0, is_object_stream, bytearray()
    for piece in _inflate(data, start):
        if not size and OBJECT_STREAM_START.match(piece):
            is_searched = True
        size += len(piece)
        if size > limit:
            raise FaultError(Fault.BOMB)
        if is_searched and size <= OBJECT_STREAM_LIMIT:
            text += piece
    _search(_plain_names(bytes(text)), TEXT_SEARCHES)
    return size


def _look_at_packing(dictionary: bytes, data: bytes, start: int) -> None:
    """Object streams are packed by Flate or not at all; whoever packs them otherwise hides something."""
    if re.search(rb"/(?:ASCIIHex|ASCII85|LZW|RunLength|Crypt|AHx|A85|RL|Predictor)", dictionary):
        raise FaultError(Fault.TANGLED)
    if b"/Filter" not in dictionary:
        _search(_plain_names(data[start : data.find(b"endstream", start)]), TEXT_SEARCHES)


def _inflate(data: bytes, start: int) -> Iterator[bytes]:
    """What a Flate stream unpacks to, in pieces; nothing where none begins."""
    if len(data) < start + 2 or data[start] & 15 != 8 or (data[start] * 256 + data[start + 1]) % 31:
        return
    engine = zlib.decompressobj()
    try:
        while not engine.eof and start < len(data):
            piece = engine.decompress(data[start : start + FEED], PIECE)
            start += FEED
            yield piece
            while engine.unconsumed_tail and not engine.eof:
                yield engine.decompress(engine.unconsumed_tail, PIECE)
    except zlib.error:
        return

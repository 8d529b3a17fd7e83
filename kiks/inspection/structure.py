"""What the objects of a PDF say: each one that the cross-reference table names, whether a page uses it or not."""

import logging
import re
import struct
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from pypdf import PdfReader
from pypdf.errors import LimitReachedError, PyPdfError
from pypdf.generic import (
    ArrayObject,
    ByteStringObject,
    DictionaryObject,
    IndirectObject,
    NameObject,
    PdfObject,
    StreamObject,
)

from kiks.inspection.faults import Fault, FaultError
from kiks.inspection.surface import ACTION_FAULTS, ANNOTATION_FAULTS, STREAM_LIMIT

MOST_PAGES = 500
MOST_OBJECTS = 60_000
DEEPEST_TREE = 64
DEEPEST_FORM = 16
MOST_DRAWINGS = 50_000
LONGEST_SIDE = 14_400  # points; the largest page that the format knows, 5 metres
LARGEST_IMAGE = 150_000_000  # pixels; A3 at 1200 dpi has 139 million in grey, A4 at 600 dpi 35

WHAT_PARSING_RAISES = (
    PyPdfError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    NotImplementedError,
    OSError,
    TypeError,
    ValueError,
    struct.error,
)
# What pypdf says when it mends a file: another reader may mend it into another file.
MENDED = re.compile(
    r"wrong pointing|incorrect startxref|Invalid parent xref|parsing for Object Streams|Rebuilding|Pdf\w+Error\("
)
FORBIDDEN_ACTIONS = {f"/{name}": fault for fault, names in ACTION_FAULTS.items() for name in names}
FORBIDDEN_ANNOTATIONS = {f"/{name}": fault for fault, names in ANNOTATION_FAULTS.items() for name in names}
FORBIDDEN_KEYS = {
    "/JS": Fault.SCRIPT,
    "/JavaScript": Fault.SCRIPT,
    "/XFA": Fault.XFA,
    "/EF": Fault.EMBEDDED,
    "/EmbeddedFiles": Fault.EMBEDDED,
    "/RichMediaContent": Fault.MEDIA,
}
ADDRESS = re.compile(r"\s*(?:https?://|mailto:|tel:|#|(?!//)[^:\\]*$)", re.IGNORECASE)
SCRIPT_ADDRESS = re.compile(r"\s*javascript\s*:", re.IGNORECASE)
UNPACKERS = {"/FlateDecode", "/Fl", "/LZWDecode", "/LZW", "/RunLengthDecode", "/RL", "/BrotliDecode"}
LZW, RUN_LENGTH = {"/LZWDecode", "/LZW"}, {"/RunLengthDecode", "/RL"}
DRAWN = re.compile(rb"/([^\s()<>\[\]{}/%]+)\s+Do\b")
# Start of frame: a JPEG says its height and width there, whatever its dictionary says.
JPEG_FRAME = re.compile(rb"\xff[\xc0-\xc3\xc5-\xc7\xc9-\xcb\xcd-\xcf]..\x08(....)", re.DOTALL)
JPEG2000_HEADER = re.compile(rb"ihdr(........)", re.DOTALL)


class _Mending(logging.Handler):
    """Hears whether pypdf mended the file."""

    was_heard = False

    def emit(self, record: logging.LogRecord) -> None:
        message = record.getMessage()
        if MENDED.search(message) and "offset 0)" not in message:
            self.was_heard = True


def examine_structure(data: bytes) -> None:
    """Raise FaultError for the first object that a plain PDF has not."""
    log, mending = logging.getLogger("pypdf"), _Mending()
    log.handlers, log.propagate = [mending], False
    try:
        reader = PdfReader(BytesIO(data), root_object_recovery_limit=None)
        if reader.is_encrypted:
            raise FaultError(Fault.ENCRYPTED)
        for found in _objects(reader):
            _examine(found)
        if mending.was_heard:
            raise FaultError(Fault.BROKEN)
        _examine_pages(reader)
    except RecursionError as error:
        raise FaultError(Fault.TANGLED) from error
    except LimitReachedError as error:
        raise FaultError(Fault.BOMB) from error
    except WHAT_PARSING_RAISES as error:
        raise FaultError(Fault.BROKEN) from error


def _objects(reader: PdfReader) -> Iterator[PdfObject | None]:
    tables = [(generation, table) for generation, table in reader.xref.items() if generation != 65535]
    keys = [(number, generation) for generation, table in tables for number in table]
    keys += [(number, 0) for number in reader.xref_objStm]
    if len(keys) > MOST_OBJECTS:
        raise FaultError(Fault.TANGLED)
    yield reader.trailer
    for number, generation in keys:
        yield IndirectObject(number, generation, reader).get_object()


def _examine(root: PdfObject | None) -> None:
    """All that stands inside one object; references lead to objects that have their own turn."""
    waiting = [root]
    while waiting:
        found = waiting.pop()
        if isinstance(found, StreamObject):
            _examine_stream(found)
        if isinstance(found, DictionaryObject):
            _examine_dictionary(found)
            waiting += [value for value in dict.values(found) if isinstance(value, (DictionaryObject, ArrayObject))]
        elif isinstance(found, ArrayObject):
            waiting += [value for value in list.__iter__(found) if isinstance(value, (DictionaryObject, ArrayObject))]


def _plain(value: Any) -> Any:
    return value.get_object() if isinstance(value, IndirectObject) else value


def _at(found: DictionaryObject, key: str, missing: Any = None) -> Any:
    """The value at a key, also where it stands elsewhere: `dict.get` would answer with the reference."""
    return _plain(dict.get(found, key, missing))


def _examine_dictionary(found: DictionaryObject) -> None:
    for key, fault in FORBIDDEN_KEYS.items():
        if key in found:
            raise FaultError(fault)
    for key, forbidden in (("/S", FORBIDDEN_ACTIONS), ("/Subtype", FORBIDDEN_ANNOTATIONS)):
        value = _at(found, key)
        if isinstance(value, NameObject) and value in forbidden:
            raise FaultError(forbidden[value])
    if _at(found, "/Type") == "/EmbeddedFile":
        raise FaultError(Fault.EMBEDDED)
    for key in ("/URI", "/Base"):
        _examine_address(_at(found, key))
    for key in ("/MediaBox", "/CropBox"):
        if key in found:
            _examine_box(_at(found, key), float(_at(found, "/UserUnit", 1)))


def _examine_address(address: object) -> None:
    """Links lead to the web, to a mailbox, to a telephone; not to a file of the reader's machine or network."""
    if isinstance(address, ByteStringObject):
        address = bytes(address).decode("latin-1")
    if not isinstance(address, str) or ADDRESS.match(address):
        return
    raise FaultError(Fault.SCRIPT if SCRIPT_ADDRESS.match(address) else Fault.OUTSIDE)


def _examine_box(box: ArrayObject, unit: float) -> None:
    left, bottom, right, top = (float(_plain(side)) for side in list.__iter__(box))
    if not max(abs(right - left), abs(top - bottom)) * unit <= LONGEST_SIDE:
        raise FaultError(Fault.HUGE_PAGE)


def _examine_stream(found: StreamObject) -> None:
    if "/F" in found or "/Ref" in found:
        raise FaultError(Fault.OUTSIDE)
    names = _at(found, "/Filter", ArrayObject())
    filters = [_plain(name) for name in names] if isinstance(names, ArrayObject) else [names]
    if sum(name in UNPACKERS for name in filters) > 1:
        raise FaultError(Fault.BOMB)
    if _at(found, "/Subtype") == "/Image":
        _examine_image(found, filters)
    if RUN_LENGTH & set(filters) and _run_length(found._data) > STREAM_LIMIT:
        raise FaultError(Fault.BOMB)
    if LZW & set(filters):
        found.get_data()  # unpacks no more than pypdf's own limit


def _run_length(packed: bytes) -> int:
    """How long a run-length stream unpacks to."""
    at = size = 0
    while at < len(packed) and packed[at] != 128:
        if packed[at] < 128:
            size += packed[at] + 1
            at += packed[at] + 2
        else:
            size += 257 - packed[at]
            at += 2
    return size


def _examine_image(found: StreamObject, filters: list[object]) -> None:
    sizes = [(int(_at(found, "/Width", 0)), int(_at(found, "/Height", 0)))]
    raw = found._data
    if "/DCTDecode" in filters or "/DCT" in filters:
        sizes += [struct.unpack(">HH", frame[1]) for frame in JPEG_FRAME.finditer(raw)]
    elif "/JPXDecode" in filters:
        sizes += [struct.unpack(">II", header[1]) for header in JPEG2000_HEADER.finditer(raw)]
    if any(width * height > LARGEST_IMAGE for width, height in sizes):
        raise FaultError(Fault.HUGE_IMAGE)


def _examine_pages(reader: PdfReader) -> None:
    """Walk down the page tree; a node that comes twice would let it go on for ever."""
    root = dict.get(_at(reader.trailer, "/Root"), "/Pages")
    seen: set[int] = set()
    waiting, pages = [(root, 0, DictionaryObject())], 0
    while waiting:
        node, depth, inherited = waiting.pop()
        if depth > DEEPEST_TREE or (isinstance(node, IndirectObject) and node.idnum in seen):
            raise FaultError(Fault.TANGLED)
        if isinstance(node, IndirectObject):
            seen.add(node.idnum)
        found = _plain(node)
        resources = _at(found, "/Resources", inherited)
        if "/Kids" in found:
            waiting += [(kid, depth + 1, resources) for kid in list.__iter__(_at(found, "/Kids"))]
        else:
            pages += 1
            if pages > MOST_PAGES:
                raise FaultError(Fault.MANY_PAGES)
            if _at(found, "/Type") != "/Page":
                raise FaultError(Fault.BROKEN)
            _count_drawings(found, resources, [], [0])
    if not pages:
        raise FaultError(Fault.NO_PAGES)


def _count_drawings(holder: DictionaryObject, resources: Any, path: list[int], count: list[int]) -> None:
    """Forms that draw forms that draw forms: ten times ten levels would be ten thousand million drawings."""
    forms = _forms_in(resources)
    if not forms:
        return
    for name in DRAWN.findall(_content_of(holder)):
        form = forms.get(b"/" + name)
        if form is None:
            continue
        count[0] += 1
        if count[0] > MOST_DRAWINGS or len(path) > DEEPEST_FORM or id(form) in path:
            raise FaultError(Fault.TANGLED)
        _count_drawings(form, _at(form, "/Resources", resources), [*path, id(form)], count)


def _forms_in(resources: Any) -> dict[bytes, StreamObject]:
    drawable = _at(resources, "/XObject", DictionaryObject()) if isinstance(resources, DictionaryObject) else {}
    found = {str(name).encode(): _plain(value) for name, value in dict.items(drawable)}
    return {name: value for name, value in found.items() if isinstance(value, StreamObject) and _is_form(value)}


def _is_form(value: StreamObject) -> bool:
    return _at(value, "/Subtype") == "/Form"


def _content_of(holder: DictionaryObject) -> bytes:
    if isinstance(holder, StreamObject):
        return holder.get_data()
    contents = _at(holder, "/Contents", ArrayObject())
    parts = contents if isinstance(contents, ArrayObject) else [contents]
    return b"\n".join(part.get_data() for part in map(_plain, parts) if isinstance(part, StreamObject))

"""Uploads that are larger than anything that this site takes are thrown away while they arrive, and counted."""

from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopFutureHandlers


class UploadGuard(FileUploadHandler):
    """The first handler: of a request that is too long no byte is kept, but the form still learns each file's size.

    So the page answers with the sentence of its form, at once, and the disk stays empty.
    """

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict[str, Any],  # noqa: N803 - the name of the library
        content_length: int,
        boundary: Any,
        encoding: str | None = None,
    ) -> None:
        self.is_too_long = content_length > settings.UPLOAD_MAX_BYTES

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        if self.is_too_long:
            # The handlers behind would make room for the file.
            raise StopFutureHandlers

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        return None if self.is_too_long else raw_data

    def file_complete(self, file_size: int) -> UploadedFile | None:
        if not self.is_too_long:
            return None
        return UploadedFile(BytesIO(), self.file_name, self.content_type, file_size, self.charset)

"""The button that has certificates drawn."""

from kiks.forms import BaseForm


class DrawForm(BaseForm):
    """Once pressed it goes on by itself, part by part, until nothing waits."""

    submit_label = "Buat semua piagam"

    def __init__(self, *args: object, at_work: bool = False, goes_on: bool = False, **kwargs: object) -> None:
        if at_work:
            self.submit_label = "Lanjutkan pembuatan"
        super().__init__(*args, **kwargs)
        if goes_on:
            self.helper.attrs["data-onward"] = ""

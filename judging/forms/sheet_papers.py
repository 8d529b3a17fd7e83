"""The button that lets papers be laid out."""

from kiks.forms import BaseForm


class LayOutForm(BaseForm):
    """Once pressed it goes on by itself, part by part, until nothing waits."""

    submit_label = "Siapkan berkasnya"

    def __init__(self, *args: object, goes_on: bool = False, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        if goes_on:
            self.helper.attrs["data-onward"] = ""

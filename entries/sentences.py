"""What a refusal or a return says to the unit, built from the items of the checklist; pure."""

from collections.abc import Iterable, Sequence


def sentence_for_unit(failed: Iterable[tuple[str, str]], note: str = "") -> str:
    """One line for each reason, led by its items in their order, then the officer's note; nothing stands there twice.

    `failed` are label and reason of the items that are not fulfilled.
    """
    said: dict[str, tuple[str, list[str]]] = {}
    for label, reason in failed:
        _, labels = said.setdefault(_plain(reason), (_whole(reason), []))
        if label not in labels:
            labels.append(label)
    lines = [_line(labels, reason) for reason, labels in said.values()]
    return "\n".join([*lines, *_rest_of(note, [*said, *lines])])


def _line(labels: Sequence[str], reason: str) -> str:
    lead = "; ".join(labels)
    return reason if not reason or _plain(reason).startswith(_plain(lead)) else f"{lead}: {reason}"


def _rest_of(note: str, said: Sequence[str]) -> list[str]:
    """The lines of the note that no item has said yet."""
    known = {_plain(line) for line in said}
    return [line for line in map(_whole, note.splitlines()) if line and _plain(line) not in known]


def _whole(text: str) -> str:
    """On one line, with the full stop that people leave out."""
    text = " ".join(text.split())
    return text if not text or text[-1] in ".!?" else f"{text}."


def _plain(text: str) -> str:
    return " ".join(text.casefold().split()).rstrip(".!?")

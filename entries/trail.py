"""What the audit trail knows of units and entries: what belongs to them, how somebody looks for them."""

from collections.abc import Iterable

from django.db.models import Q

from entries.models import Answer, Entry, ServiceUnit
from kiks.trail.rooms import TrailRoom


def entries_called(text: str) -> Iterable[Entry]:
    """By number, whole, or by a part of the name; the newest edition first."""
    return Entry.objects.filter(Q(number__iexact=text) | Q(innovation__short_name__icontains=text)).order_by(
        "-edition", "number", "pk"
    )


def units_called(text: str) -> Iterable[ServiceUnit]:
    return ServiceUnit.objects.filter(name__icontains=text).order_by("name", "pk")


def name_of_entry(entry: Entry) -> str:
    return f"{entry.number or 'draf'} {entry.innovation.short_name}"


def name_of_answer(answer: Answer) -> str:
    return f"{name_of_entry(answer.entry)}: {answer.question}"


ROOM = TrailRoom(
    parts={
        "entries.Entry": {
            "entries.Answer": "entry",
            "entries.Attachment": "entry",
            "entries.Screening": "entry",
            "entries.ProposedRejection": "entry",
            "entries.Objection": "entry",
        },
        "entries.ServiceUnit": {
            "entries.UnitName": "unit",
            "entries.UnitMember": "unit",
            "entries.Entry": "innovation__unit",
        },
        "entries.Innovation": {"entries.TwinVerdict": "innovation"},
        "kiks.User": {"entries.UnitMember": "user"},
    },
    finders=[entries_called, units_called],
    refers={
        "unit": "entries_serviceunit",
        "other": "entries_innovation",
        **dict.fromkeys(("member", "from_member", "to_member"), "entries_unitmember"),
    },
    names={"entries.Entry": name_of_entry, "entries.Answer": name_of_answer},
)

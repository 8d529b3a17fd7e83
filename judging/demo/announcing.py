"""The outcome of the screening in the made-up editions: its announcement, and last year's two objections."""

from entries.actions.announcement import announce_screening
from entries.actions.objections import decide_objection, raise_objection
from entries.models import Entry, Objection
from entries.states import EntryStatus
from judging.demo.acts import Play
from kiks import clock

ANNOUNCED, OBJECTED, DECIDED, ANNOUNCED_AGAIN = 5, 6, 7, 9
GRANTED = (
    "Tautan video kami dapat dibuka lagi; layanan penyimpannya terganggu pada hari pemeriksaan (data contoh).",
    "Tautan dibuka ulang di hadapan dua anggota panitia dan videonya utuh (data contoh).",
)
DISMISSED = (
    "Video kami akan kami unggah kembali dalam minggu ini (data contoh).",
    "Saat pengajuan ditutup video belum tersedia, dan perbaikan setelahnya tidak diperhitungkan (data contoh).",
)


def announce(play: Play, *, day: int = ANNOUNCED, reason: str = "") -> None:
    with clock.shifted_to(play.calendar.at(day, 60)):
        made = announce_screening(play.edition, by=play.cast.chair, reason=reason)
    play.say(f"{play.edition.name}: {made.passed} dari {made.received} usulan lolos diumumkan ({made.number})")


def object_and_decide(play: Play) -> None:
    """The first two that failed object: one is right, the other is not; a further version says so."""
    failed = Entry.objects.filter(edition=play.edition, status=EntryStatus.REJECTED).order_by("number")[:2]
    raised = [_objection(play, entry, words[0]) for entry, words in zip(failed, (GRANTED, DISMISSED), strict=True)]
    with clock.shifted_to(play.calendar.at(DECIDED)):
        for objection, (granted, reason) in zip(raised, ((True, GRANTED[1]), (False, DISMISSED[1])), strict=True):
            decide_objection(objection, by=play.cast.chair, granted=granted, reason=reason)
    play.say("2 sanggahan diputuskan")
    announce(play, day=ANNOUNCED_AGAIN, reason="Satu sanggahan diterima setelah tautan videonya diperiksa ulang.")


def _objection(play: Play, entry: Entry, text: str) -> Objection:
    user = entry.innovation.unit.members.get().user
    with clock.shifted_to(play.calendar.at(OBJECTED)):
        return raise_objection(entry, by=user, text=text, document=play.paper("Bukti sanggahan"))

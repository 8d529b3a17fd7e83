"""Statuses of rounds, sheets, rankings and official records, and the steps between them."""

from django.db.models import TextChoices


class RoundKind(TextChoices):
    DESK = "desk", "Penilaian proposal"
    PRESENTATION = "presentation", "Presentasi dan wawancara"
    FINAL = "final", "Nilai akhir"


class RoundStatus(TextChoices):
    DRAFT = "draft", "Disiapkan"
    OPEN = "open", "Dibuka"
    SETTLING = "settling", "Sidang pleno"
    CLOSED = "closed", "Ditetapkan"


ROUND_TRANSITIONS = {
    RoundStatus.DRAFT: frozenset({RoundStatus.OPEN}),
    RoundStatus.OPEN: frozenset({RoundStatus.SETTLING}),
    RoundStatus.SETTLING: frozenset({RoundStatus.CLOSED}),
    RoundStatus.CLOSED: frozenset(),
}


class SheetStatus(TextChoices):
    OPEN = "open", "Belum diserahkan"
    HANDED_IN = "handed_in", "Diserahkan"
    LOCKED = "locked", "Dikunci"


SHEET_TRANSITIONS = {
    SheetStatus.OPEN: frozenset({SheetStatus.HANDED_IN, SheetStatus.LOCKED}),
    SheetStatus.HANDED_IN: frozenset({SheetStatus.OPEN, SheetStatus.LOCKED}),
    SheetStatus.LOCKED: frozenset(),
}


class SheetPaperStatus(TextChoices):
    ISSUED = "issued", "Berlaku"
    REPLACED = "replaced", "Diganti"


SHEET_PAPER_TRANSITIONS = {
    SheetPaperStatus.ISSUED: frozenset({SheetPaperStatus.REPLACED}),
    SheetPaperStatus.REPLACED: frozenset(),
}


class TypingStatus(TextChoices):
    TYPED = "typed", "Menunggu orang kedua"
    CONFIRMED = "confirmed", "Dikonfirmasi"
    REFUSED = "refused", "Berbeda dari kertas"


TYPING_TRANSITIONS = {
    TypingStatus.TYPED: frozenset({TypingStatus.CONFIRMED, TypingStatus.REFUSED}),
    TypingStatus.CONFIRMED: frozenset(),
    TypingStatus.REFUSED: frozenset(),
}


class RankingStatus(TextChoices):
    PROVISIONAL = "provisional", "Sementara"
    CONFIRMED = "confirmed", "Ditetapkan"
    SUPERSEDED = "superseded", "Diganti"


RANKING_TRANSITIONS = {
    RankingStatus.PROVISIONAL: frozenset({RankingStatus.CONFIRMED, RankingStatus.SUPERSEDED}),
    RankingStatus.CONFIRMED: frozenset({RankingStatus.SUPERSEDED}),
    RankingStatus.SUPERSEDED: frozenset(),
}


class RecordKind(TextChoices):
    SHORTLIST = "shortlist", "Berita acara penetapan finalis"
    WINNERS = "winners", "Berita acara penetapan pemenang"
    RECAP = "recap", "Rekapitulasi nilai"
    ANNOUNCEMENT = "announcement", "Pengumuman"
    INVITATION = "invitation", "Undangan"
    ATTENDANCE = "attendance", "Daftar hadir"
    RUN_SHEET = "run_sheet", "Susunan acara"
    PROPOSAL = "proposal", "Surat pengusulan"


class RecordStatus(TextChoices):
    ISSUED = "issued", "Berlaku"
    SIGNED = "signed", "Ditandatangani"
    REPLACED = "replaced", "Diganti"
    WITHDRAWN = "withdrawn", "Dicabut"


# Papers that are valid; the others stay, and say what became of them.
STANDING_RECORDS = (RecordStatus.ISSUED, RecordStatus.SIGNED)

RECORD_TRANSITIONS = {
    RecordStatus.ISSUED: frozenset({RecordStatus.SIGNED, RecordStatus.REPLACED, RecordStatus.WITHDRAWN}),
    RecordStatus.SIGNED: frozenset({RecordStatus.REPLACED, RecordStatus.WITHDRAWN}),
    RecordStatus.REPLACED: frozenset(),
    RecordStatus.WITHDRAWN: frozenset(),
}


class ConflictAnswer(TextChoices):
    NOT_ASKED = "not_asked", "Belum ditanya"
    NONE = "none", "Tidak ada"
    YES = "yes", "Ada"


class RecusalSource(TextChoices):
    DECLARED = "declared", "Dinyatakan juri"
    RULE = "rule", "Perangkat daerah yang sama"


class ClockPhase(TextChoices):
    WAITING = "waiting", "Belum mulai"
    PRESENTATION = "presentation", "Presentasi"
    INTERVIEW = "interview", "Wawancara"
    DONE = "done", "Selesai"


CLOCK_TRANSITIONS = {
    ClockPhase.WAITING: frozenset({ClockPhase.PRESENTATION}),
    ClockPhase.PRESENTATION: frozenset({ClockPhase.WAITING, ClockPhase.INTERVIEW, ClockPhase.DONE}),
    ClockPhase.INTERVIEW: frozenset({ClockPhase.WAITING, ClockPhase.PRESENTATION, ClockPhase.DONE}),
    ClockPhase.DONE: frozenset({ClockPhase.WAITING, ClockPhase.PRESENTATION, ClockPhase.INTERVIEW}),
}


class GuestRole(TextChoices):
    LEADER = "leader", "Pimpinan"
    JUDGE = "judge", "Juri"
    FINALIST = "finalist", "Finalis"
    COMMITTEE = "committee", "Panitia"
    GUEST = "guest", "Undangan"

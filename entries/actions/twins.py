"""What the committee decides about two innovations that look alike: the same, different, or taken back."""

from competitions.models import StageKind
from entries.actions.deciding import locked_entry
from entries.actions.identities import lock_identities, regroup
from entries.actions.reopening import lift_decision
from entries.announcements import is_decided
from entries.decision_permissions import check_can_decide_twins
from entries.identities import as_lost, entries_of, own_group
from entries.models import Entry, Innovation, Participation, TwinVerdict, Verdict
from entries.states import EntryStatus
from entries.twin_verdicts import check_not_decided
from kiks import audit, clock
from kiks.exceptions import RuleBrokenError, WrongStateError
from kiks.formats import indonesian_datetime
from kiks.models import User
from kiks.texts import sha256_of
from kiks.wording import required

REASON_MISSING = "Tulis alasan keputusan ini."


def state_different(innovation: Innovation, other: Innovation, *, by: User, reason: str) -> TwinVerdict:
    """Two innovations, however alike; it holds for all that are one with either, and is not asked again."""
    reason = required(reason, REASON_MISSING)
    with audit.act(by):
        innovation, other = _locked_pair(innovation, other, by)
        verdict = _verdict(innovation, other, Verdict.DIFFERENT, by, reason)
        audit.record(
            "innovation.different",
            innovation,
            chain=audit.HOUSE_CHAIN,
            by=by,
            other=other.pk,
            reason_sha256=sha256_of(reason),
        )
    return verdict


def state_same(innovation: Innovation, other: Innovation, *, by: User, reason: str) -> TwinVerdict:
    """One innovation under two names: their participations are counted together, by year.

    What is too many is lost, and an entry that had passed with it waits for its screening again.
    """
    reason = required(reason, REASON_MISSING)
    with audit.act(by):
        innovation, other = _locked_pair(innovation, other, by)
        verdict = _verdict(innovation, other, Verdict.SAME, by, reason)
        lost = regroup(own_group(innovation, other), verdict)
        audit.record(
            "innovation.same",
            innovation,
            chain=audit.HOUSE_CHAIN,
            by=by,
            other=other.pk,
            lost=[as_lost(row) for row in lost],
            reason_sha256=sha256_of(reason),
        )
        _reopen(lost, by, f"{innovation.short_name} dan {other.short_name} dinyatakan inovasi yang sama.")
        verdict.refresh_from_db()
    return verdict


def undo_verdict(verdict: TwinVerdict, *, by: User, reason: str) -> TwinVerdict:
    """Take a verdict back: participations return to where they were, and the pair waits for a verdict again."""
    reason = required(reason, "Tulis alasan keputusan ini dibatalkan.")
    with audit.act(by):
        lock_identities()
        verdict = TwinVerdict.objects.select_for_update(of=["self"]).select_related(*SIDES).get(pk=verdict.pk)
        check_can_decide_twins(by, verdict.innovation, verdict.other)
        if verdict.undone_at:
            raise WrongStateError(
                f"Keputusan ini sudah dibatalkan {verdict.undone_by} {indonesian_datetime(verdict.undone_at)}."
            )
        verdict.undone_at, verdict.undone_by, verdict.undo_reason = clock.now(), by, reason
        verdict.save(update_fields=["undone_at", "undone_by", "undo_reason"])
        if verdict.verdict == Verdict.SAME:
            lost = regroup(_locked_group(verdict.innovation, verdict.other), verdict)
            _reopen(lost, by, f"{verdict.innovation.short_name} dan {verdict.other.short_name} dipisahkan lagi.")
        audit.record(
            "innovation.parted",
            verdict.innovation,
            chain=audit.HOUSE_CHAIN,
            by=by,
            other=verdict.other_id,
            undone=verdict.verdict,
            reason_sha256=sha256_of(reason),
        )
    return verdict


SIDES = ("innovation__unit__agency", "other__unit__agency", "undone_by")


def _locked_pair(innovation: Innovation, other: Innovation, by: User) -> tuple[Innovation, Innovation]:
    lock_identities()
    found = {row.pk: row for row in Innovation.objects.filter(pk__in=[innovation.pk, other.pk])}
    innovation, other = found[innovation.pk], found[other.pk]
    check_can_decide_twins(by, innovation, other)
    check_not_decided(innovation, other)
    _locked_group(innovation, other)
    return innovation, other


def _locked_group(*innovations: Innovation) -> set[int]:
    everyone = own_group(*innovations)
    list(Innovation.objects.select_for_update().filter(pk__in=everyone).order_by("pk"))
    return everyone


def _verdict(innovation: Innovation, other: Innovation, verdict: Verdict, by: User, reason: str) -> TwinVerdict:
    return TwinVerdict.objects.create(
        innovation=innovation, other=other, verdict=verdict, reason=reason, decided_at=clock.now(), decided_by=by
    )


def _reopen(lost: list[Participation], by: User, reason: str) -> None:
    """Older editions only lose the count: what was announced there stands."""
    for entry in entries_of(lost):
        if entry.status == EntryStatus.PASSED and not is_decided(entry.edition):
            _check_not_judged(entry)
            locked = locked_entry(entry)
            lift_decision(locked, locked.screenings.latest("attempt"), by=by, reason=reason)


def _check_not_judged(entry: Entry) -> None:
    judging = entry.edition.stages.filter(kind=StageKind.JUDGING).first()
    if judging and clock.now() >= judging.opens_at:
        raise RuleBrokenError(
            f"Usulan {entry.number} sudah lolos dan penilaian sudah dibuka {indonesian_datetime(judging.opens_at)},"
            " sehingga keikutsertaannya tidak dapat dicabut lagi."
        )

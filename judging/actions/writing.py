"""What a judge writes beside the marks: a comment for each criterion, and a note for nobody else."""

from judging.actions.sheet import lock_assignment
from judging.live_sheet import act_on_sheet
from judging.models import Assignment, CriterionComment, PrivateNote
from judging.own_writing import tidy
from judging.permissions import check_can_mark, check_can_note
from kiks import audit
from kiks.exceptions import RuleBrokenError, StaleVersionError
from kiks.formats import thousands
from kiks.models import User

LONGEST_TEXT = 5000


def put_criterion_comment(sheet: int, *, by: User, criterion: str, text: str, version: int | None) -> CriterionComment:
    """Keep what the judge says about one criterion of the own open sheet; `version` is that of the text that was seen.

    A comment is emptied, never deleted, so that no version comes back. StaleVersionError carries the one that stands.
    """
    with act_on_sheet(sheet, by) as live:
        check_can_mark(by, live.sheet)
        scale = live.scales.get(criterion)
        if scale is None:
            raise RuleBrokenError("Kriteria ini bukan bagian dari lembar tersebut. Muat ulang halaman.")
        stands = CriterionComment.objects.filter(sheet=sheet, criterion=scale.pk).first()
        return _written(stands or CriterionComment(sheet_id=sheet, criterion_id=scale.pk, version=0), text, version)


def put_private_note(assignment: int, *, by: User, text: str, version: int | None) -> PrivateNote:
    """Keep the judge's own note on an entry, also after the hand-in and after the round."""
    with audit.act(by):
        found = Assignment.objects.filter(pk=assignment).first()
        check_can_note(by, lock_assignment(found) if found else None)
        stands = PrivateNote.objects.filter(assignment=assignment).first()
        return _written(stands or PrivateNote(assignment_id=assignment, version=0), text, version)


def _written[Text: (CriterionComment, PrivateNote)](stands: Text, text: str, version: int | None) -> Text:
    """The row with the text on it; its sheet or assignment is locked."""
    text = tidy(text)
    if text == stands.text:
        return stands
    if len(text) > LONGEST_TEXT:
        raise RuleBrokenError(
            f"Catatan ini {thousands(len(text))} karakter; paling banyak {thousands(LONGEST_TEXT)}. Pendekkan dahulu."
        )
    if stands.version != (version or 0):
        raise StaleVersionError(
            "Catatan ini sudah diubah di jendela lain. Pilih yang mana yang berlaku.", current=stands
        )
    stands.text, stands.version = text, stands.version + 1
    stands.save()
    return stands

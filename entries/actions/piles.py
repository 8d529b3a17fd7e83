"""Dividing the screening among officers, agency by agency; it guides and forbids nothing."""

from collections.abc import Mapping

from competitions.models import Edition
from entries.models import Agency, ScreeningShare
from kiks import audit, clock
from kiks.access import check_is_committee, is_committee
from kiks.exceptions import RuleBrokenError
from kiks.models import User


def share_piles(edition: Edition, *, by: User, shares: Mapping[Agency, User | None]) -> int:
    """Give each of these agencies to an officer, or to nobody; answers with how many changed hands."""
    with audit.act(by):
        check_is_committee(by)
        # Two people at once: the second sees what the first has left.
        edition = Edition.objects.select_for_update().get(pk=edition.pk)
        if strangers := sorted({officer.name for officer in shares.values() if officer and not is_committee(officer)}):
            raise RuleBrokenError(f"Bukan anggota panitia: {', '.join(strangers)}. Pilih anggota panitia.")
        standing = {share.agency_id: share for share in edition.screening_shares.all()}
        changed = {
            agency: officer
            for agency, officer in shares.items()
            if (standing[agency.pk].officer_id if agency.pk in standing else None) != (officer.pk if officer else None)
        }
        now = clock.now()
        for agency, officer in changed.items():
            if officer is None:
                standing[agency.pk].delete()
                continue
            share = standing.get(agency.pk) or ScreeningShare(edition=edition, agency=agency)
            share.officer, share.shared_at, share.shared_by = officer, now, by
            share.save()
        if changed:
            told = {agency.code: officer.pk if officer else None for agency, officer in changed.items()}
            audit.record("screening.piles_shared", edition, chain=edition.code, by=by, shares=told)
    return len(changed)

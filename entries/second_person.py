"""Which proposed rejections wait for a second person; a proposal for an earlier version has lapsed."""

from django.db.models import F, QuerySet

from competitions.models import Edition
from entries.models import Entry, ProposedRejection, ServiceUnit
from entries.states import EntryStatus, ProposalStatus
from kiks.formats import indonesian_datetime
from kiks.models import User

# An entry that waits for screening, or whose correction did not come.
OPEN = frozenset({EntryStatus.SUBMITTED, EntryStatus.RETURNED})


def waiting_proposals(edition: Edition) -> QuerySet[ProposedRejection]:
    """The longest waiting first."""
    return _waiting().filter(entry__edition=edition)


def waiting_proposal(entry: Entry) -> ProposedRejection | None:
    return _waiting().filter(entry=entry).first()


def _waiting() -> QuerySet[ProposedRejection]:
    proposed = ProposedRejection.objects.filter(status=ProposalStatus.PROPOSED, entry__status__in=OPEN)
    return proposed.filter(version=F("entry__current_version")).select_related("proposed_by")


def has_lapsed(proposal: ProposedRejection) -> bool:
    """Whether the unit has sent another version since, or the entry waits for no decision any more."""
    entry = proposal.entry
    return proposal.status == ProposalStatus.PROPOSED and (
        entry.status not in OPEN or proposal.version_id != entry.current_version_id
    )


def waiting_sentence(proposal: ProposedRejection) -> str:
    """Why nobody else may decide meanwhile."""
    moment = indonesian_datetime(proposal.proposed_at)  # type: ignore[arg-type]
    return (
        f"{proposal.proposed_by} mengusulkan usulan ini tidak lolos pada {moment}. Usulan dapat diperiksa lagi setelah"
        " orang kedua tidak menyetujui usul itu, atau pengusulnya menariknya."
    )


def proposals_for(edition: Edition, user: User) -> QuerySet[ProposedRejection]:
    """What this person may confirm or decline: neither their own, nor of a unit in which they act."""
    own_units = ServiceUnit.objects.filter(members__user=user, members__left_at__isnull=True).order_by()
    waiting = waiting_proposals(edition).exclude(proposed_by=user)
    return waiting.exclude(entry__innovation__unit__in=own_units.values("pk"))


def earlier_proposals(entry: Entry) -> QuerySet[ProposedRejection]:
    """What was proposed and came to nothing, the newest first: declined, or taken back."""
    ended = [ProposalStatus.DECLINED, ProposalStatus.TAKEN_BACK]
    return entry.proposals.filter(status__in=ended).select_related("proposed_by", "decided_by").order_by("-decided_at")

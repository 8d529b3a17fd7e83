"""Accounts of people: closed, opened again and given another address by the committee, with a reason and a trace."""

from allauth.account.models import EmailAddress

from kiks import audit, clock, mail
from kiks.access import check_is_committee
from kiks.exceptions import RuleBrokenError, WrongStateError
from kiks.models import User
from kiks.sessions import end_sessions
from kiks.wording import required


def deactivate_user(user: User, *, by: User, reason: str) -> User:
    """Close the account; every session of the person ends at once."""
    with audit.act(by):
        check_is_committee(by)
        user = User.objects.select_for_update().get(pk=user.pk)
        if user.pk == by.pk:
            raise RuleBrokenError("Anda tidak dapat menonaktifkan akun Anda sendiri. Minta anggota panitia lain.")
        if not user.is_active:
            raise WrongStateError(f"Akun {user} sudah tidak aktif.")
        reason = required(reason, "Tulis alasan menonaktifkan akun ini.")
        user.is_active, user.deactivation_reason = False, reason
        user.deactivated_at, user.deactivated_by = clock.now(), by
        user.save(update_fields=["is_active", "deactivation_reason", "deactivated_at", "deactivated_by"])
        end_sessions(user)
        audit.record("user.deactivated", user, chain=audit.HOUSE_CHAIN, by=by)
    return user


def reactivate_user(user: User, *, by: User) -> User:
    """Open the account again; password and second factor are what they were."""
    with audit.act(by):
        check_is_committee(by)
        user = User.objects.select_for_update().get(pk=user.pk)
        if user.erased_at:
            raise WrongStateError("Data pribadi akun ini sudah dihapus. Undang orangnya sebagai pengguna baru.")
        if user.is_active:
            raise WrongStateError(f"Akun {user} sudah aktif.")
        user.is_active, user.deactivation_reason = True, ""
        user.deactivated_at = user.deactivated_by = None
        user.save(update_fields=["is_active", "deactivation_reason", "deactivated_at", "deactivated_by"])
        audit.record("user.reactivated", user, chain=audit.HOUSE_CHAIN, by=by)
    return user


def change_address(user: User, *, by: User, email: str) -> User:
    """Another address to log in with; both addresses are told, so that nobody's account moves in silence."""
    email = email.strip().lower()
    with audit.act(by):
        check_is_committee(by)
        user = User.objects.select_for_update().get(pk=user.pk)
        if user.erased_at:
            raise WrongStateError("Data pribadi akun ini sudah dihapus, sehingga alamatnya tidak dapat diganti.")
        if email == user.email:
            raise RuleBrokenError("Itu sudah alamat akun ini. Tulis alamat yang baru.")
        if User.objects.filter(email=email).exists():
            raise RuleBrokenError("Alamat itu sudah dipakai akun lain. Tulis alamat yang lain.")
        mail.queue("address_changed.txt", to=user, new_address=email)
        EmailAddress.objects.filter(user=user).delete()
        user.email = email
        user.save(update_fields=["email"])
        end_sessions(user)
        mail.queue("address_changed.txt", to=user, new_address=email)
        audit.record("user.address_changed", user, chain=audit.HOUSE_CHAIN, by=by)
    return user


def edit_profile(user: User, *, by: User, name: str, phone: str) -> User:
    """Name and phone, by the person or by the committee."""
    with audit.act(by):
        if by.pk != user.pk:
            check_is_committee(by)
        user = User.objects.select_for_update().get(pk=user.pk)
        if user.erased_at:
            raise WrongStateError("Data pribadi akun ini sudah dihapus, sehingga tidak dapat diubah lagi.")
        changed = [field for field, value in (("name", name), ("phone", phone)) if getattr(user, field) != value]
        if changed:
            user.name, user.phone = name, phone
            user.save(update_fields=["name", "phone"])
            audit.record("user.profile_changed", user, chain=audit.HOUSE_CHAIN, by=by, fields=changed)
    return user

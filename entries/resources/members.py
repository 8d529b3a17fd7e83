"""The people who act for the units, with their accounts."""

from collections.abc import Hashable, Iterable, Mapping
from typing import Any

from django import forms
from django.db import models

from entries.models import ServiceUnit, UnitMember
from entries.resources.lookups import AGENCY, UnitReference
from entries.states import UnitStatus
from kiks import audit, clock
from kiks.formats import day_month_year
from kiks.invitations import invite, person_of
from kiks.models import User
from kiks.sheet_codes import quiet_text
from kiks.sheet_columns import Column, Email
from kiks.sheet_resources import SheetOptions, SheetResource

UNIT, EMAIL, NIP = "Unit", "Surel", "NIP"
OF_THE_PERSON = ("user__name", "user__phone")
DIGITS_OF_NIK = 16


class UnitMemberResource(SheetResource):
    """A row is a person in a unit. Who has an account keeps its name and telephone; a new account has no password."""

    title = "Anggota unit"
    note = (
        "Orang yang belum memiliki akun mendapat akun tanpa kata sandi; kata sandi dibuatnya sendiri lewat undangan. "
        "Nama dan telepon akun yang sudah ada tidak diubah. NIK tidak boleh dicantumkan."
    )
    options = {
        "invite": forms.BooleanField(
            label="Kirim undangan lewat surel kepada anggota baru yang belum memiliki kata sandi",
            required=False,
            initial=True,
            help_text="Surel baru dikirim setelah Anda menyimpan impor, bukan saat pratinjau.",
        )
    }
    layout = (
        Column("unit", UNIT, UnitReference(), required=True, help="Kode atau nama unit.", example="puskesmas-tipar"),
        Column(
            "unit__agency__name",
            AGENCY,
            readonly=True,
            help="Hanya perlu bila beberapa perangkat daerah memiliki unit bernama sama.",
            example="Dinas Kesehatan",
        ),
        Column("user__name", "Nama", required=True, help="Nama lengkap dengan gelar.", example="Dr. Contoh Nama"),
        Column(
            "user__email", EMAIL, Email(), required=True, help="Dipakai untuk masuk.", example="nama@sukabumikota.go.id"
        ),
        Column("user__phone", "Telepon", help="Nomor yang dapat dihubungi.", example="0812 3456 7890"),
        Column("job_title", "Jabatan", required=True, example="Kepala Tata Usaha"),
        Column("employee_number", NIP, help="18 angka; kosongkan bila tidak ada.", example="198001012005011001"),
    )

    class Meta(SheetOptions):
        model = UnitMember

    def known(self) -> models.QuerySet[UnitMember]:
        return UnitMember.objects.select_related("unit__agency", "user")

    def recorded(self) -> models.QuerySet[UnitMember]:
        return self.known().filter(left_at__isnull=True)

    def prepare(self) -> None:
        self._units = next(column.widget for column in self.columns if column.attribute == "unit")
        self._people = {user.email: user for user in User.objects.all()}
        self._members: dict[tuple[int, str], UnitMember] = {}
        for member in self.known().order_by("joined_at"):
            self._members[member.unit_id, member.user.email] = member
        self._new_accounts: set[str] = set()
        self._invited = 0

    def identify(self, row: Mapping[str, object]) -> UnitMember | None:
        self._email = quiet_text(row.get(EMAIL)).lower()
        try:
            unit = self._units.clean(row.get(UNIT), row)
        except ValueError:
            return None
        return self._members.get((unit.pk, self._email)) if unit else None

    def init_instance(self, row: Mapping[str, object] | None = None) -> UnitMember:
        return UnitMember(user=self._people.get(self._email) or User(email=self._email))

    def _take(self, column: Column, instance: UnitMember, row: dict[str, Any]) -> str:
        if column.attribute in OF_THE_PERSON and instance.user.pk:
            return ""
        return super()._take(column, instance, row)

    def key_of(self, instance: UnitMember) -> Hashable:
        return instance.unit_id, instance.user.email

    def check(self, instance: UnitMember, *, is_new: bool) -> Iterable[tuple[str, str]]:
        if instance.unit.status == UnitStatus.MERGED:
            yield UNIT, f"Unit ini sudah digabung ke {instance.unit.merged_into}. Tulis unit penggantinya."
        if instance.left_at:
            yield (
                "",
                f"{instance.user} berhenti mewakili unit ini pada {day_month_year(instance.left_at)}. "
                "Hapus baris ini; bila ia kembali, tambahkan dari halaman unit.",
            )
        if instance.user.pk and not instance.user.is_active:
            yield (
                EMAIL,
                "Akun dengan surel ini dinonaktifkan. Aktifkan dahulu di halaman Pengguna, atau hapus baris ini.",
            )
        if sum(letter.isdigit() for letter in instance.employee_number) == DIGITS_OF_NIK:
            yield (
                NIP,
                "NIP terdiri atas 18 angka; 16 angka adalah NIK, yang tidak boleh dicatat di sini. Hapus isian ini.",
            )
        if instance.user.pk is None:
            yield from self.related_problems("user", instance.user)

    def save_instance(self, instance: UnitMember, is_create: bool, row: dict[str, Any], **kwargs: Any) -> None:
        super().save_instance(instance, is_create, row, **kwargs)
        if is_create and (instance.user.pk is None or not instance.user.has_usable_password()):
            self._new_accounts.add(instance.user.email)

    def bulk_create(self, *args: Any, **kwargs: Any) -> None:
        """The accounts first, one for each address; then the members, with an event and the invitation for each."""
        created, now = list(self.create_instances), clock.now()
        for member in created:
            user = member.user
            if user.pk is None:
                found = self._people.get(user.email)
                user = found or person_of(email=user.email, name=user.name, phone=user.phone)
                self._people[user.email] = user
            member.user, member.joined_at, member.joined_by = user, now, self.by
        super().bulk_create(*args, **kwargs)
        for member in created:
            audit.record("member.added", member, chain=audit.HOUSE_CHAIN, by=self.by, unit=member.unit_id)
            if self.chosen.get("invite"):
                self._invite(member)

    def _invite(self, member: UnitMember) -> None:
        """One person in several units gets one invitation."""
        if member.user.email in self._new_accounts:
            self._new_accounts.discard(member.user.email)
            if invite(member.user, by=self.by, purpose=purpose_of(member.unit)):
                self._invited += 1

    def bulk_update(self, *args: Any, **kwargs: Any) -> None:
        changed = list(self.update_instances)
        super().bulk_update(*args, **kwargs)
        for member in changed:
            audit.record("member.changed", member, chain=audit.HOUSE_CHAIN, by=self.by, unit=member.unit_id)

    def notes(self, new: int) -> Iterable[str]:
        if self._invited:
            yield f"{self._invited} undangan dikirim lewat surel setelah impor disimpan."


def purpose_of(unit: ServiceUnit) -> str:
    return f"anggota {unit.name}"

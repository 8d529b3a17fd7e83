"""The people who act for the units, with their accounts."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.db import models

from entries.actions.members import NewMember, add_member
from entries.models import UnitMember
from entries.resources.lookups import AGENCY, UnitReference
from entries.states import UnitStatus
from kiks import audit
from kiks.exceptions import RuleBrokenError
from kiks.formats import day_month_year
from kiks.sheets.columns import Column, Email
from kiks.sheets.people import EMAIL, PersonResource
from kiks.sheets.resources import SheetOptions

UNIT, NIP = "Unit", "NIP"
MOST_NEW = 1000
DIGITS_OF_NIK = 16


class UnitMemberResource(PersonResource):
    """A row is a person in a unit. Who has an account keeps its name; a new account has no password."""

    title = "Anggota unit"
    belongs = "unit"
    since = "joined_at"
    note = (
        "Orang yang belum memiliki akun mendapat akun tanpa kata sandi; kata sandi dibuatnya sendiri lewat undangan. "
        "Nama akun yang sudah ada tidak diubah. NIK tidak boleh dicantumkan."
    )
    options = {
        "invite": forms.BooleanField(
            label="Beri tahu anggota baru lewat surel",
            required=False,
            initial=True,
            help_text="Yang belum memiliki kata sandi menerima undangan. Surel dikirim saat impor disimpan.",
        )
    }
    layout = (
        Column("unit", UNIT, UnitReference(), required=True, help="Kode atau nama unit.", example="puskesmas-tipar"),
        Column(
            "unit__agency__name",
            AGENCY,
            narrows=True,
            help="Hanya perlu bila beberapa perangkat daerah memiliki unit bernama sama.",
            example="Dinas Kesehatan",
        ),
        Column("user__name", "Nama", required=True, help="Nama lengkap dengan gelar.", example="Dr. Contoh Nama"),
        Column(
            "user__email", EMAIL, Email(), required=True, help="Dipakai untuk masuk.", example="nama@sukabumikota.go.id"
        ),
        Column("job_title", "Jabatan", required=True, example="Kepala Tata Usaha"),
        Column("employee_number", NIP, help="18 angka; kosongkan bila tidak ada.", example="198001012005011001"),
    )

    class Meta(SheetOptions):
        model = UnitMember
        # Each new member is an act; all of a file are counted before the first.
        batch_size = None

    def known(self) -> models.QuerySet[UnitMember]:
        return UnitMember.objects.select_related("unit__agency", "user")

    def recorded(self) -> models.QuerySet[UnitMember]:
        return self.known().filter(left_at__isnull=True)

    def prepare(self) -> None:
        super().prepare()
        self._invited: set[str] = set()

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

    def add(self, instances: Sequence[UnitMember]) -> None:
        if len(instances) > MOST_NEW:
            raise RuleBrokenError(f"Paling banyak {MOST_NEW} anggota baru sekaligus. Bagi berkasnya.")
        for member in instances:
            self._join(member)

    def _join(self, member: UnitMember) -> None:
        """The act of the unit's own page, with its rules, events and mails."""
        person = NewMember(
            name=member.user.name,
            email=member.user.email,
            job_title=member.job_title,
            employee_number=member.employee_number,
        )
        # One invitation for each person: a second would end the link of the first.
        is_told = bool(self.chosen.get("invite")) and person.email not in self._invited
        try:
            joined = add_member(member.unit, by=self.by, person=person, is_told=is_told)
        except RuleBrokenError as error:
            raise RuleBrokenError(f"{person.name} ({person.email}): {error}") from error
        if is_told and not joined.user.has_usable_password():
            self._invited.add(person.email)

    def bulk_update(self, *args: Any, **kwargs: Any) -> None:
        changed = list(self.update_instances)
        super().bulk_update(*args, **kwargs)
        for member in changed:
            audit.record("member.changed", member, chain=audit.HOUSE_CHAIN, by=self.by, unit=member.unit_id)

    def notes(self, new: int) -> Iterable[str]:
        if self._invited:
            yield f"{len(self._invited)} undangan dikirim lewat surel setelah impor disimpan."

"""The panel of an edition: each row is an appointment, made by the same act as the one on the page."""

from collections.abc import Iterable, Iterator, Sequence

from django.db import models

from competitions.models import Edition
from entries.resources.lookups import agency_reference
from judging.actions.invitation import invite_judge
from judging.models import Judge
from kiks.sheets.columns import Column, Day, Email, Reference
from kiks.sheets.people import EMAIL, PersonResource
from kiks.sheets.resources import SheetOptions

EDITION = "Edisi"


def running_editions() -> Iterator[tuple[Edition, list[str]]]:
    for edition in Edition.objects.filter(is_history=False):
        yield edition, [edition.code, edition.name]


class JudgeResource(PersonResource):
    """Who sits on the panel already stays as appointed: a file neither changes nor ends an appointment."""

    title = "Juri"
    belongs = "edition"
    since = "appointed_at"
    note = (
        "Setiap juri baru ditunjuk, dan menerima surel penunjukan; yang belum memiliki akun juga menerima undangan. "
        "Penunjukan yang sudah ada tidak diubah lewat impor. Label J1, J2, dan seterusnya diberikan sistem."
    )
    layout = (
        Column(
            "edition",
            EDITION,
            Reference("edisi", running_editions, written=lambda edition: edition.code),
            required=True,
            help="Kode edisi yang sedang disiapkan.",
            example="kiks-2026",
        ),
        Column("label", "Label", readonly=True, help="Diberikan sistem."),
        Column("user__name", "Nama", required=True, help="Nama lengkap dengan gelar.", example="Dr. Contoh Nama"),
        Column("user__email", EMAIL, Email(), required=True, help="Dipakai untuk masuk.", example="juri@kampus.ac.id"),
        Column("institution", "Lembaga", required=True, example="Universitas Contoh"),
        Column(
            "agency",
            "Perangkat daerah asal",
            agency_reference(),
            blank_keeps=True,
            help="Hanya bila juri berasal dari perangkat daerah; ia tidak menilai usulan perangkat daerahnya.",
        ),
        Column("decree_number", "Nomor SK", blank_keeps=True, example="188.45/12/2026"),
        Column("decree_on", "Tanggal SK", Day(), blank_keeps=True, example="02/02/2026"),
    )

    class Meta(SheetOptions):
        model = Judge

    def known(self) -> models.QuerySet[Judge]:
        return Judge.objects.select_related("edition", "user", "agency")

    def prepare(self) -> None:
        super().prepare()
        self._invited = 0

    def check(self, instance: Judge, *, is_new: bool) -> Iterable[tuple[str, str]]:
        if not is_new:
            yield (
                "",
                f"{instance.user} sudah ditunjuk sebagai juri {instance.label} dengan data lain. "
                "Samakan baris ini dengan data yang tercatat, atau hapus.",
            )
        if instance.user.pk is None:
            yield from self.related_problems("user", instance.user)
        elif not instance.user.is_active:
            yield (
                EMAIL,
                "Akun ini dinonaktifkan. Aktifkan dahulu di halaman Pengguna, atau hapus baris ini.",
            )

    def add(self, instances: Sequence[Judge]) -> None:
        for judge in instances:
            _, is_invited = invite_judge(
                by=self.by,
                edition=judge.edition,
                email=judge.user.email,
                name=judge.user.name,
                institution=judge.institution,
                agency=judge.agency,
                decree_number=judge.decree_number,
                decree_on=judge.decree_on,
            )
            self._invited += is_invited

    def notes(self, new: int) -> Iterable[str]:
        if new:
            yield f"{new} surel penunjukan dan {self._invited} undangan akun dikirim setelah impor disimpan."

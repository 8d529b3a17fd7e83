"""Agencies, service units (UPP) and the people in them."""

from django.db import models

from entries.states import UNIT_TRANSITIONS, UnitStatus
from kiks.audit import HOUSE_CHAIN
from kiks.constraints import act_at, act_by, one_of, paired
from kiks.models import StoredDocument, User
from kiks.triggers import StatusTrigger, captured, never_deleted


class District(models.Model):
    """A kecamatan."""

    code = models.SlugField("kode", max_length=60, unique=True)
    name = models.CharField("nama", max_length=80, unique=True)

    class Meta:
        verbose_name = "kecamatan"
        verbose_name_plural = "kecamatan"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Village(models.Model):
    """A kelurahan."""

    code = models.SlugField("kode", max_length=60, unique=True)
    name = models.CharField("nama", max_length=80, unique=True)
    district = models.ForeignKey(District, on_delete=models.PROTECT, related_name="villages", verbose_name="kecamatan")

    class Meta:
        verbose_name = "kelurahan"
        verbose_name_plural = "kelurahan"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class AgencyKind(models.TextChoices):
    SECRETARIAT = "secretariat", "Sekretariat"
    INSPECTORATE = "inspectorate", "Inspektorat"
    DINAS = "dinas", "Dinas"
    BADAN = "badan", "Badan"
    SATPOL_PP = "satpol_pp", "Satuan Polisi Pamong Praja"
    KECAMATAN = "kecamatan", "Kecamatan"
    HOSPITAL = "hospital", "Rumah sakit daerah"
    BUMD = "bumd", "BUMD"


class Agency(models.Model):
    """A perangkat daerah, hospital or municipal enterprise under which units stand."""

    code = models.SlugField("kode", max_length=80, unique=True)
    name = models.CharField("nama", max_length=160, unique=True)
    kind = models.CharField("jenis", max_length=20, choices=AgencyKind)

    class Meta:
        verbose_name = "perangkat daerah"
        verbose_name_plural = "perangkat daerah"
        ordering = ["name"]
        constraints = [one_of("kind", AgencyKind)]

    def __str__(self) -> str:
        return self.name


class UnitKind(models.TextChoices):
    SECRETARIAT = "secretariat", "Sekretariat"
    INSPECTORATE = "inspectorate", "Inspektorat"
    DINAS = "dinas", "Dinas"
    BADAN = "badan", "Badan"
    SATPOL_PP = "satpol_pp", "Satuan Polisi Pamong Praja"
    KECAMATAN = "kecamatan", "Kecamatan"
    KELURAHAN = "kelurahan", "Kelurahan"
    PUSKESMAS = "puskesmas", "Puskesmas"
    SCHOOL = "school", "Satuan pendidikan"
    HOSPITAL = "hospital", "Rumah sakit"
    LABORATORY = "laboratory", "Laboratorium"
    UPTD = "uptd", "UPTD"
    BUMD = "bumd", "BUMD"


class ServiceUnit(models.Model):
    """A unit penyelenggara pelayanan publik (UPP), or one that may become it."""

    code = models.SlugField("kode", max_length=80, unique=True)
    name = models.CharField("nama", max_length=160)
    kind = models.CharField("jenis", max_length=20, choices=UnitKind)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="units", verbose_name="perangkat daerah")
    village = models.ForeignKey(
        Village, null=True, blank=True, on_delete=models.PROTECT, related_name="units", verbose_name="kelurahan"
    )
    email = models.EmailField("surel kantor", blank=True)
    phone = models.CharField("telepon kantor", max_length=30, blank=True)
    assignment_letter = models.ForeignKey(
        StoredDocument,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name="surat penunjukan",
    )
    status = models.CharField("status", max_length=20, choices=UnitStatus, default=UnitStatus.KNOWN, editable=False)
    status_reason = models.TextField("alasan", blank=True, editable=False)
    registered_at = act_at("didaftarkan")
    registered_by = act_by("didaftarkan")
    verified_at = act_at("diverifikasi")
    verified_by = act_by("diverifikasi")
    merged_into = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="merged_units",
        verbose_name="digabung ke",
    )
    merged_at = act_at("digabung")
    merged_by = act_by("digabung")
    is_demo = models.BooleanField("data contoh", default=False, editable=False)

    class Meta:
        verbose_name = "unit pelayanan (UPP)"
        verbose_name_plural = "unit pelayanan (UPP)"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "name"],
                name="entries_serviceunit_name_unique",
                violation_error_message="Perangkat daerah ini sudah memiliki unit dengan nama tersebut.",
            ),
            one_of("kind", UnitKind),
            one_of("status", UnitStatus),
            models.CheckConstraint(
                condition=~models.Q(status=UnitStatus.VERIFIED) | models.Q(verified_at__isnull=False),
                name="entries_serviceunit_verified_has_date",
            ),
            paired("registered"),
            models.CheckConstraint(
                condition=models.Q(status=UnitStatus.MERGED, merged_into__isnull=False, merged_at__isnull=False)
                | ~models.Q(status=UnitStatus.MERGED) & models.Q(merged_into__isnull=True, merged_at__isnull=True),
                name="entries_serviceunit_merged_has_successor",
            ),
            models.CheckConstraint(
                condition=~models.Q(merged_into=models.F("pk")), name="entries_serviceunit_not_merged_into_itself"
            ),
            paired("verified"),
            paired("merged"),
        ]
        triggers = [
            StatusTrigger(UNIT_TRANSITIONS),
            captured(f"'{HOUSE_CHAIN}'", without=["email", "phone", "status_reason"]),
            *never_deleted(),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def full_name(self) -> str:
        """ "SMPN 8 pada Dinas Pendidikan dan Kebudayaan"; an agency that competes in its own name stands alone."""
        return self.name if self.name == self.agency.name else f"{self.name} pada {self.agency.name}"


class UnitName(models.Model):
    """Another spelling or an earlier name of a unit or an agency, for finding it."""

    unit = models.ForeignKey(
        ServiceUnit, null=True, blank=True, on_delete=models.CASCADE, related_name="other_names", verbose_name="unit"
    )
    agency = models.ForeignKey(
        Agency,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="other_names",
        verbose_name="perangkat daerah",
    )
    name = models.CharField("nama lain", max_length=160)
    used_until = models.DateField(
        "dipakai sampai", null=True, blank=True, help_text="Diisi bila ini nama resmi sebelumnya, bukan ejaan lain."
    )

    class Meta:
        verbose_name = "nama lain"
        verbose_name_plural = "nama lain"
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(unit__isnull=False) ^ models.Q(agency__isnull=False),
                name="entries_unitname_of_one",
            ),
        ]

        triggers = [captured(f"'{HOUSE_CHAIN}'")]

    def __str__(self) -> str:
        return self.name


class UnitMember(models.Model):
    """A person who acts for a unit, from joining to leaving."""

    unit = models.ForeignKey(ServiceUnit, on_delete=models.PROTECT, related_name="members", verbose_name="unit")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="unit_memberships", verbose_name="pengguna")
    employee_number = models.CharField("NIP", max_length=30, blank=True)
    job_title = models.CharField("jabatan", max_length=120)
    joined_at = models.DateTimeField("bergabung pada")
    joined_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="didaftarkan oleh")
    left_at = act_at("berakhir")
    left_by = act_by("berakhir")

    class Meta:
        verbose_name = "anggota unit"
        verbose_name_plural = "anggota unit"
        ordering = ["unit", "user__name"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "user"],
                condition=models.Q(left_at__isnull=True),
                name="entries_unitmember_once",
                violation_error_message="Orang ini sudah menjadi anggota unit.",
            ),
            paired("left"),
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.unit})"

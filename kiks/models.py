"""What everybody needs: people, the audit chain, stored documents and outgoing mail."""

import pgtrigger
from axes.models import AccessAttempt
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower, Now

from kiks.constraints import act_at, act_by, paired
from kiks.triggers import OfficialTrigger, append_only, captured, never_deleted


class UserManager(BaseUserManager["User"]):
    """Users are known by their e-mail address, whatever its case."""

    def create_user(self, email: str, password: str | None = None, **fields: object) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save()
        return user

    def get_by_natural_key(self, email: str) -> "User":
        return self.get(email__iexact=email)


class User(AbstractBaseUser):
    """A person with an account. Roles are rows elsewhere (CommitteeMember, UnitMember, Judge), never flags here."""

    email = models.EmailField("surel", unique=True, error_messages={"unique": "Surel ini sudah dipakai."})
    name = models.CharField("nama", max_length=120)
    phone = models.CharField("telepon", max_length=30, blank=True)
    is_active = models.BooleanField("aktif", default=True)
    created_at = models.DateTimeField("dibuat pada", db_default=Now(), editable=False)
    deactivated_at = act_at("dinonaktifkan")
    deactivated_by = act_by("dinonaktifkan")
    deactivation_reason = models.TextField("alasan dinonaktifkan", blank=True, editable=False)
    erased_at = act_at("data pribadi dihapus")
    erased_by = act_by("data pribadi dihapus")

    objects = UserManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = "pengguna"
        verbose_name_plural = "pengguna"
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="kiks_user_email_lower_case"),
            paired("deactivated"),
            paired("erased"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def mailbox(self) -> str:
        """Where mail reaches the person: nowhere after an erasure."""
        return "" if self.erased_at else self.email

    @property
    def is_staff(self) -> bool:
        """The admin site asks for this name; the answer is a seat in the committee."""
        return self.is_active and self.committee_seats.filter(ended_at__isnull=True).exists()

    def has_perm(self, perm: str, obj: object = None) -> bool:
        return self.is_staff

    def has_perms(self, perm_list: list[str], obj: object = None) -> bool:
        return self.is_staff

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_staff

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name


class CommitteeMember(models.Model):
    """A seat in the committee (panitia), from appointment to end."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="committee_seats", verbose_name="pengguna")
    appointed_at = models.DateTimeField("ditunjuk pada")
    appointed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="ditunjuk oleh")
    ended_at = act_at("diakhiri")
    ended_by = act_by("diakhiri")

    class Meta:
        verbose_name = "anggota panitia"
        verbose_name_plural = "panitia"
        ordering = ["user__name"]
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=models.Q(ended_at__isnull=True),
                name="kiks_committeemember_one_open_seat",
                violation_error_message="Orang ini sudah menjadi anggota panitia.",
            ),
            paired("ended"),
        ]

    def __str__(self) -> str:
        return str(self.user)


class Invitation(models.Model):
    """A personal link with which somebody makes the account usable that was set up for them.

    The link itself is stored nowhere: it is signed when the mail leaves (`kiks.invitations.link_of`).
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="invitations", verbose_name="pengguna")
    purpose = models.CharField("sebagai", max_length=200, help_text='Misalnya "juri KIKS 2026".')
    invited_at = models.DateTimeField("diundang pada")
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="diundang oleh")
    expires_at = models.DateTimeField("berlaku sampai")
    accepted_at = models.DateTimeField("diterima pada", null=True, blank=True, editable=False)
    revoked_at = act_at("dicabut")
    revoked_by = act_by("dicabut")

    class Meta:
        verbose_name = "undangan"
        verbose_name_plural = "undangan"
        ordering = ["-invited_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("invited_at")), name="kiks_invitation_expires_after_sending"
            ),
            models.CheckConstraint(
                condition=models.Q(accepted_at__isnull=True) | models.Q(revoked_at__isnull=True),
                name="kiks_invitation_accepted_or_revoked",
            ),
            paired("revoked"),
        ]
        triggers = [captured("'kiks'"), *never_deleted()]

    def __str__(self) -> str:
        return f"{self.user} ({self.purpose})"


class LoginAttempt(AccessAttempt):
    """Failed logins of one address from one device, as django-axes counts them; lifted by `kiks.lockouts`."""

    class Meta:
        proxy = True
        verbose_name = "percobaan masuk"
        verbose_name_plural = "percobaan masuk"
        ordering = ["-attempt_time"]

    def __str__(self) -> str:
        return f"{self.username} ({self.ip_address})"


class ChainHead(models.Model):
    """Last link of one audit chain; locking this row makes the sequence gap-free."""

    chain = models.CharField("rantai", max_length=40, primary_key=True)
    sequence = models.BigIntegerField("nomor urut terakhir")
    hash = models.CharField("sidik jari terakhir", max_length=64)

    class Meta:
        verbose_name = "ujung rantai audit"
        verbose_name_plural = "ujung rantai audit"
        triggers = [
            OfficialTrigger(
                name="only_forward",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func="""
                    IF NEW.chain <> OLD.chain OR NEW.sequence <> OLD.sequence + 1 THEN
                        RAISE EXCEPTION 'The head of an audit chain only moves forward, one link at a time.';
                    END IF;
                    RETURN NEW;
                """,
            ),
            *never_deleted(),
        ]

    def __str__(self) -> str:
        return f"{self.chain} {self.sequence}"


class AuditEvent(models.Model):
    """One link of an audit chain: who did what when.

    `body` is the exact text that was hashed; `hash` = SHA-256 of `previous_hash` followed by `body`, lower-case hex.
    No foreign keys: the trail outlives what it speaks of.
    """

    chain = models.CharField("rantai", max_length=40)
    sequence = models.BigIntegerField("nomor urut")
    kind = models.CharField("jenis", max_length=60, db_index=True)
    target = models.CharField("objek", max_length=80, db_index=True)
    actor_id = models.BigIntegerField("pelaku", null=True, db_index=True)
    at = models.DateTimeField("waktu", help_text="Waktu kegiatan; pada data contoh dapat digeser.")
    recorded_at = models.DateTimeField("dicatat pada", help_text="Jam basis data, tidak pernah digeser.")
    body = models.TextField("isi")
    previous_hash = models.CharField("sidik jari sebelumnya", max_length=64)
    hash = models.CharField("sidik jari", max_length=64)

    class Meta:
        verbose_name = "jejak audit"
        verbose_name_plural = "jejak audit"
        ordering = ["chain", "sequence"]
        constraints = [models.UniqueConstraint(fields=["chain", "sequence"], name="kiks_auditevent_sequence_unique")]
        triggers = [
            OfficialTrigger(
                name="only_by_function",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                    IF current_setting('kiks.appending', true) IS DISTINCT FROM 'on' THEN
                        RAISE EXCEPTION 'Audit events are appended by kiks_append_event only.';
                    END IF;
                    RETURN NEW;
                """,
            ),
            *append_only(),
        ]

    def __str__(self) -> str:
        return f"{self.chain} {self.sequence}: {self.kind}"


class StoredDocument(models.Model):
    """A file that is kept as it is, under the SHA-256 of its bytes; private, served by a view that asks permission."""

    sha256 = models.CharField("SHA-256", max_length=64, unique=True)
    size = models.PositiveBigIntegerField("ukuran (bita)")
    content_type = models.CharField("jenis isi", max_length=100)
    created_at = models.DateTimeField("disimpan pada", db_default=Now())

    class Meta:
        verbose_name = "berkas tersimpan"
        verbose_name_plural = "berkas tersimpan"
        triggers = append_only()

    def __str__(self) -> str:
        return self.sha256[:16]


class OutgoingMail(models.Model):
    """A mail that waits in the outbox or has been sent."""

    to_user = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", verbose_name="kepada"
    )
    to_address = models.EmailField("alamat")
    subject = models.CharField("perihal", max_length=200)
    text = models.TextField("isi")
    template = models.CharField("naskah", max_length=60, blank=True)
    invitation = models.ForeignKey(
        Invitation, null=True, blank=True, on_delete=models.SET_NULL, related_name="mails", verbose_name="undangan"
    )
    queued_at = models.DateTimeField("diantrekan pada", db_default=Now())
    sent_at = models.DateTimeField("terkirim pada", null=True, blank=True)
    failures = models.PositiveSmallIntegerField("percobaan gagal", default=0)
    last_error = models.CharField("kesalahan terakhir", max_length=300, blank=True)
    next_attempt_at = models.DateTimeField("dicoba lagi pada", null=True, blank=True, editable=False)
    # Mails of one act that waits for its moment can be looked through before they leave: `batch` names the act.
    not_before = models.DateTimeField("tidak dikirim sebelum", null=True, blank=True, editable=False)
    batch = models.CharField("kelompok", max_length=80, blank=True, editable=False, db_index=True)

    class Meta:
        verbose_name = "surat keluar"
        verbose_name_plural = "surat keluar"
        ordering = ["-id"]
        triggers = never_deleted()[1:]

    def __str__(self) -> str:
        return self.subject


class MailText(models.Model):
    """The committee's own wording of one mail; without a row the file under templates/mail/ speaks."""

    template = models.CharField("naskah", max_length=60, unique=True)
    subject = models.CharField("perihal", max_length=200)
    body = models.TextField("isi")
    edited_at = act_at("diubah")
    edited_by = act_by("diubah")

    class Meta:
        verbose_name = "naskah surat"
        verbose_name_plural = "naskah surat"
        ordering = ["template"]
        constraints = [paired("edited")]
        triggers = [captured("'kiks'")]

    def __str__(self) -> str:
        return self.template

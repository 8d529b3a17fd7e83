"""Addresses of this app."""

from django.urls import path

from competitions.showcase import add_part
from entries import selection as announced
from entries.views import (
    answers,
    autosave,
    dossier,
    entry,
    files,
    members,
    participation,
    selection,
    start,
    submission,
    unit,
)

app_name = "entries"
urlpatterns = [
    path("daftar/", unit.registration, name="registration"),
    path("daftar/diterima/", unit.registered, name="registered"),
    path("daftar/unit/", unit.unit_names, name="unit_names"),
    path("upp/", participation.public, name="participation"),
    path("seleksi/<slug:code>/", selection.selection, name="selection"),
    path("seleksi/<slug:code>/v<int:version>/", selection.version, name="selection_version"),
    path("seleksi/<slug:code>/v<int:version>/pengumuman.pdf", selection.paper, name="selection_paper"),
    path("seleksi/<slug:code>/v<int:version>/isi.json", selection.data, name="selection_data"),
    path("usulan/", unit.index, name="index"),
    path("usulan/kalender.ics", unit.calendar, name="calendar"),
    path("usulan/unit/<int:pk>/perbaiki/", unit.correct_unit, name="correct_unit"),
    path("usulan/unit/<int:pk>/baru/", start.start, name="start"),
    path("usulan/unit/<int:pk>/surat-penunjukan/", files.letter, name="letter"),
    path("usulan/unit/<int:pk>/anggota/", members.members, name="members"),
    path("usulan/unit/<int:pk>/anggota/tambah/", members.add, name="member_add"),
    path("usulan/unit/<int:pk>/anggota/<int:member_pk>/akhiri/", members.end, name="member_end"),
    path("usulan/unit/<int:pk>/anggota/<int:member_pk>/serah-terima/", members.successor, name="member_successor"),
    path("usulan/lampiran/<int:pk>/", files.attachment, name="attachment"),
    path("usulan/lampiran/<int:pk>/hapus/", entry.remove_attachment, name="remove_attachment"),
    path("usulan/<int:pk>/", entry.detail, name="detail"),
    path("usulan/<int:pk>/identitas/", entry.identity, name="identity"),
    path("usulan/<int:pk>/identitas/simpan/", autosave.save_identity, name="save_identity"),
    path("usulan/<int:pk>/pertanyaan/<slug:code>/", answers.answer, name="answer"),
    path("usulan/<int:pk>/pertanyaan/<slug:code>/simpan/", answers.save_answer, name="save_answer"),
    path("usulan/<int:pk>/pertanyaan/<slug:code>/riwayat/", answers.history, name="history"),
    path("usulan/<int:pk>/lampiran/", entry.attachments, name="attachments"),
    path("usulan/<int:pk>/video/", entry.video, name="video"),
    path("usulan/<int:pk>/video/simpan/", autosave.save_video, name="save_video"),
    path("usulan/<int:pk>/periksa/", submission.submit, name="submit"),
    path("usulan/<int:pk>/terkirim/", submission.sent, name="sent"),
    path("usulan/<int:pk>/isi/", submission.version, name="version"),
    path("usulan/<int:pk>/ubah/", submission.revise, name="revise"),
    path("usulan/<int:pk>/batalkan-perubahan/", submission.discard, name="discard"),
    path("usulan/<int:pk>/tarik/", submission.withdraw, name="withdraw"),
    path("usulan/<int:pk>/sanggahan/", submission.objection, name="objection"),
    path("usulan/<int:pk>/sanggahan/bukti/", files.objection_evidence, name="objection_file"),
    path("usulan/<int:pk>/tanda-terima/", files.receipt, name="receipt"),
    path("usulan/<int:pk>/berkas/", dossier.dossier, name="dossier"),
    path("usulan/<int:pk>/berkas.pdf", dossier.pdf, name="dossier_pdf"),
    path("usulan/<int:pk>/berkas.docx", dossier.docx, name="dossier_docx"),
    path("usulan/<int:pk>/berkas.zip", dossier.archive, name="dossier_zip"),
]

add_part("home", announced.home)

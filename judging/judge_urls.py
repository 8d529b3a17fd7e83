"""Addresses of the judges' pages, included under the namespace of the app."""

from django.urls import path

from judging.views import judge, own_entries, own_marks, seat, sheet_papers, typing, writing

urlpatterns = [
    path("juri/", own_entries.my_entries, name="my_entries"),
    path("juri/<slug:edition_code>/pakta-integritas/", seat.pledge, name="pledge"),
    path("juri/<slug:edition_code>/pakta-integritas.pdf", seat.pledge_paper, name="pledge_paper"),
    path("juri/<slug:edition_code>/riwayat-hidup.pdf", seat.cv, name="own_cv"),
    path("juri/<slug:edition_code>/nilai-saya/", own_marks.my_marks, name="my_marks"),
    path("juri/babak/<int:round_id>/benturan/", seat.conflicts, name="conflicts"),
    path("juri/babak/<int:round_id>/sidang-pleno/", seat.plenary_room, name="plenary"),
    path("juri/berita-acara/<int:record_id>.pdf", seat.record, name="signing_record"),
    path("juri/babak/<int:round_id>/serahkan/", judge.hand_in_round, name="hand_in_round"),
    path("juri/babak/<int:round_id>/bandingkan/", own_entries.compare, name="compare"),
    path("juri/lembar/<int:assignment_id>/sebaran/", own_entries.own_spread, name="own_spread"),
    path("juri/lembar/<int:assignment_id>/", judge.sheet, name="sheet"),
    path("juri/lembar/<int:sheet_id>/simpan/", judge.save_sheet, name="save_sheet"),
    path("juri/lembar/<int:sheet_id>/nilai/", judge.save_mark, name="save_mark"),
    path("juri/lembar/<int:sheet_id>/catatan/", writing.save_comment, name="save_comment"),
    path("juri/lembar/<int:sheet_id>/catatan-kriteria/", writing.save_criterion_comment, name="save_criterion_comment"),
    path("juri/lembar/<int:assignment_id>/catatan-pribadi/", writing.note, name="note"),
    path("juri/lembar/<int:assignment_id>/catatan-pribadi/simpan/", writing.save_note, name="save_note"),
    path("juri/lembar/<int:assignment_id>/mundur/", judge.recuse, name="recuse"),
    path("juri/lembar/<int:assignment_id>/serahkan/", judge.hand_in, name="hand_in"),
    path("juri/babak/<int:round_id>/lembar-kosong/", typing.print_own, name="print_sheets"),
    path("juri/tanda-terima/<int:assignment_id>/", judge.receipts, name="receipts"),
    path("juri/babak/<int:round_id>/lembar-penilaian/", sheet_papers.own_papers, name="own_papers"),
    path("juri/babak/<int:round_id>/lembar-penilaian.pdf", sheet_papers.own_papers_file, name="own_papers_file"),
    path(
        "juri/tanda-terima/<int:assignment_id>/lembar-penilaian-<int:version>.pdf",
        sheet_papers.own_paper,
        name="own_paper",
    ),
    path("juri/tanda-terima/<int:assignment_id>/periksa/", judge.check_receipt, name="check_receipt"),
]

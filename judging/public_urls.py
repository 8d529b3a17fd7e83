"""Public addresses of results and papers."""

from django.urls import path

from competitions.showcase import add_part
from judging.views import contributions, explaining, public

urlpatterns = [
    path("hasil/", public.results_index, name="results_index"),
    path("hasil/<slug:edition_code>/", public.results, name="results"),
    path("hasil/<slug:edition_code>/v<int:version>/<str:name>", public.results_file, name="results_file"),
    path("hasil/<slug:edition_code>/berita-acara/<int:record_id>.pdf", public.record_file, name="record_file"),
    path("hasil/<slug:edition_code>/jelaskan/<slug:round_code>/<str:number>/", explaining.of_result, name="explain"),
    path(
        "hasil/<slug:edition_code>/jelaskan/<slug:round_code>/<str:number>.<str:kind>",
        explaining.of_result,
        name="explain_file",
    ),
    path("piagam/<path:number>.pdf", public.certificate, name="certificate"),
    path("verifikasi/", public.verify, name="verify"),
    path("verifikasi/<path:number>/", public.verify_paper, name="verify_paper"),
]

for page in ("home", "history", "rules"):
    add_part(page, getattr(contributions, page))

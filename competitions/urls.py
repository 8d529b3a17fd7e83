"""Public addresses of the rulebook; the home page has its own module, because its name stands outside the namespace."""

from django.urls import path

from competitions.views import public

app_name = "competitions"
urlpatterns = [
    path("aturan/", public.rules, name="rules"),
    path("aturan/<slug:code>/kalender.ics", public.calendar_of_edition, name="calendar"),
    path("riwayat/", public.history, name="history"),
]

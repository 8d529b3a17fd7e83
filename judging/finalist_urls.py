"""Addresses of the finalists' own pages, included under the namespace of the app."""

from django.urls import path

from judging.views import finalist

urlpatterns = [
    path("finalis/<int:pk>/", finalist.finalist, name="finalist"),
    path("finalis/<int:pk>/bahan.pdf", finalist.slides, name="finalist_slides"),
    path("finalis/<int:pk>/jadwal.ics", finalist.calendar, name="finalist_calendar"),
]

"""Addresses of judging."""

from django.urls import include, path

app_name = "judging"
urlpatterns = [
    path("", include("judging.judge_urls")),
    path("", include("judging.public_urls")),
    path("", include("judging.finalist_urls")),
]

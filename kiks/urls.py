"""Addresses of the whole site; apps are named by string."""

from django.urls import include, path

from kiks import views
from kiks.admin_site import site

urlpatterns = [
    path("admin/", site.urls),
    path("akun/", include("allauth.urls")),
    path("beranda-kerja/", views.workplace, name="workplace"),
    path("", include("competitions.home_urls")),
    path("", include("competitions.urls")),
    path("", include("entries.urls")),
    path("", include("judging.urls")),
]

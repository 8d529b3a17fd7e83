"""Addresses of the whole site; apps are named by string."""

from django.urls import include, path

from kiks.admin_site import site
from kiks.views.invitation import invitation
from kiks.views.site import workplace

urlpatterns = [
    path("admin/", site.urls),
    path("akun/", include("allauth.urls")),
    path("beranda-kerja/", workplace, name="workplace"),
    path("undangan/<str:token>/", invitation, name="invitation"),
    path("", include("competitions.home_urls")),
    path("", include("competitions.urls")),
    path("", include("entries.urls")),
    path("", include("judging.urls")),
]

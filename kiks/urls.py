"""Addresses of the whole site; apps are named by string."""

from django.urls import include, path

from kiks.admin_site import site
from kiks.views.account import SessionList, closed, end_session, my_account, my_data, my_profile
from kiks.views.invitation import invitation
from kiks.views.site import workplace

urlpatterns = [
    path("admin/", site.urls),
    path("akun/", my_account, name="my_account"),
    path("akun/profil/", my_profile, name="my_profile"),
    path("akun/data-pribadi/", my_data, name="my_data"),
    path("akun/sessions/", SessionList.as_view(), name="usersessions_list"),
    path("akun/sessions/<int:pk>/akhiri/", end_session, name="end_session"),
    path("akun/email/", closed, name="account_email"),
    path("akun/confirm-email/", closed, name="account_email_verification_sent"),
    path("akun/confirm-email/<str:key>/", closed, name="account_confirm_email"),
    path("akun/", include("allauth.urls")),
    path("beranda-kerja/", workplace, name="workplace"),
    path("undangan/<str:token>/", invitation, name="invitation"),
    path("", include("competitions.home_urls")),
    path("", include("competitions.urls")),
    path("", include("entries.urls")),
    path("", include("judging.urls")),
]

"""The address of the home page, outside any namespace."""

from django.urls import path

from competitions.views import public

urlpatterns = [path("", public.home, name="home")]

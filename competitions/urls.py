"""Addresses of this app."""

from django.urls import URLPattern

app_name = "competitions"
urlpatterns: list[URLPattern] = []

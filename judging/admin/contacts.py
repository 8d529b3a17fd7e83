"""Links on the page of a judge: WhatsApp, the data, and the papers that are kept."""

from collections.abc import Iterator

from django.urls import reverse

from judging.models import Judge
from kiks.admin.contacts import chat
from kiks.admin_site import Tool, site


def judge_chat(judge: Judge) -> list[Tool]:
    return chat(judge.user, f"sebagai juri {judge.edition.name}: ")


def judge_papers(judge: Judge) -> Iterator[Tool]:
    yield Tool(label="Ubah data juri", url=reverse("admin:judging_judge_edit", args=[judge.pk]))
    if judge.cv_id:
        yield Tool(label="Riwayat hidup (PDF)", url=reverse("admin:judging_judge_cv", args=[judge.pk]))
    if judge.pledge_paper_id:
        yield Tool(label="Pakta integritas (PDF)", url=reverse("admin:judging_judge_pledge", args=[judge.pk]))


site.add_tools(Judge, judge_chat)
site.add_tools(Judge, judge_papers)

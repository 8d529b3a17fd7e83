"""WhatsApp beside a judge."""

from judging.models import Judge
from kiks.admin.contacts import chat
from kiks.admin_site import Tool, site


def judge_chat(judge: Judge) -> list[Tool]:
    return chat(judge.user, f"sebagai juri {judge.edition.name}: ")


site.add_tools(Judge, judge_chat)

"""WhatsApp beside the members of a unit, on the pages of the unit and of its entries."""

from entries.models import Entry, ServiceUnit
from entries.unit_queries import active_members
from kiks import whatsapp
from kiks.admin.contacts import chat
from kiks.admin_site import Tool, site


def unit_chats(unit: ServiceUnit) -> list[Tool]:
    office = whatsapp.link(unit.phone, f"Yth. {unit.name}, ")
    tools = [Tool(label="WhatsApp kantor", url=office, tab="_blank")] if office else []
    text = f"mengenai {unit.name} sebagai peserta KIKS Kota Sukabumi: "
    return tools + [tool for member in active_members(unit) for tool in chat(member.user, text)]


def entry_chats(entry: Entry) -> list[Tool]:
    called = f"{entry.number} {entry.innovation.short_name}".strip()
    members = active_members(entry.innovation.unit)
    return [tool for member in members for tool in chat(member.user, f"mengenai usulan {called}: ")]


site.add_tools(ServiceUnit, unit_chats)
site.add_tools(Entry, entry_chats)

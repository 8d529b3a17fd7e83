"""The examination of a PDF from a stranger: in a process of its own, without Django and without the site."""

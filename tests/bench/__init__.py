"""What costs how much, measured against its floor in the same run; bin/bench starts it."""

import django

django.setup()

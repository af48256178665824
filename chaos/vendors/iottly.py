"""Iottly: polled (the webhook only makes it quicker), so an outage is noticed at the next poll."""

from chaos.subject import Subject
from harness.vendors.iottly import PROJECT_IN_CLOUD

POLL = 0.5
REQUEST = 1.5

SUBJECTS = (
    Subject(
        endpoint=PROJECT_IN_CLOUD,
        options={"poll_interval": POLL, "answer_seconds": 1, "webhook": False},
        polled=True,
        notices=POLL + REQUEST,
        loses=POLL + REQUEST,
        shortened={"api.client:REQUEST_SECONDS": REQUEST},
    ),
)

"""Iottly: a project, and a pump that becomes a switch."""

from harness.vendors.iottly import GREENHOUSE, TOKEN

from ..story import NewPassword, Outside, Story

STORIES = (
    Story(
        domain="iottly",
        wrong={"token": "not-the-token"},
        says="has refused the token",
        switch="switch.greenhouse_pump",
        outside=Outside(
            happens=lambda at: at["iottly"].command("set", board=GREENHOUSE, window={"open": True}),
            entity_id="binary_sensor.greenhouse_window",
            state="on",
            shows="Open",
        ),
        new_password=NewPassword(
            refuse=lambda at: at["iottly"].fault(unauthorized=True),
            accept=lambda at: at["iottly"].fault(unauthorized=False),
            fields={"token": TOKEN},
        ),
        images={"see_integration": "iottly-integration"},
    ),
)

"""Repairs: each has a flow that fixes it, or a text that says what to do, with a link to the docs."""

import re

from tests.bundle.vendor import ROOT, Vendor

# All repairs of all integrations. Home Assistant cannot fix those without a flow.
WITH_FLOW = {
    "rotoclear": {"public_stream", "wrong_clock", "certificate_changed"},
    "misty": {"hazards_off", "av_streaming_on", "subscriptions_refused"},
    "instathings": {"second_devices"},
    "iottly": {"webhook_silent"},
    "pimatic": {"drafts_agree"},
}
WITH_LINK = {
    # The cause is the device or the server.
    "too_many": None,
    # Plugins and roles are settings of pimatic.
    "missing_plugin": "pimatic",
    "nothing_visible": "pimatic",
    "plugin_errors": "pimatic",
    # The database runs on the gateway.
    "database_down": "instathings",
}


def test_every_repair_has_a_flow_or_a_link(vendor: Vendor) -> None:
    issues = vendor.json("translations/en.json").get("issues", {})
    flows = {key for key, issue in issues.items() if "fix_flow" in issue}
    assert flows == WITH_FLOW.get(vendor.domain, set())
    assert issues.keys() - flows == {key for key, owner in WITH_LINK.items() if owner in (None, vendor.domain)}
    assert all(issues[key]["description"] for key in issues.keys() - flows)


def test_the_page_of_the_link_has_a_troubleshooting_section(vendor: Vendor) -> None:
    assert vendor.json("manifest.json")["documentation"].startswith("https://")
    page = (ROOT / "docs" / f"{vendor.domain}.md").read_text()
    assert re.search(r"^## Troubleshooting$", page, re.MULTILINE)

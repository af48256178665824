"""quality_scale.yaml: every rule is done, or exempt with a reason."""

import re

import pytest

from tests.bundle.vendor import ROOT, Vendor, expect_none

RULES = {
    "bronze": """action-setup appropriate-polling brands common-modules config-flow config-flow-test-coverage
        dependency-transparency docs-actions docs-conditions docs-high-level-description
        docs-installation-instructions docs-removal-instructions docs-triggers entity-event-setup entity-unique-id
        has-entity-name runtime-data test-before-configure test-before-setup unique-config-entry""",
    "silver": """action-exceptions config-entry-unloading docs-configuration-parameters docs-installation-parameters
        entity-unavailable integration-owner log-when-unavailable parallel-updates reauthentication-flow
        test-coverage""",
    "gold": """devices diagnostics discovery discovery-update-info docs-data-update docs-examples
        docs-known-limitations docs-supported-devices docs-supported-functions docs-troubleshooting docs-use-cases
        dynamic-devices entity-category entity-device-class entity-disabled-by-default entity-translations
        exception-translations icon-translations reconfiguration-flow repair-issues stale-devices""",
    "platinum": "async-dependency inject-websession strict-typing",
}
ALL_RULES = {rule for rules in RULES.values() for rule in rules.split()}

# For some rules that can be checked: a file, and texts of which it must contain one. Without a file, any module may.
EVIDENCE = {
    "config-flow": ("config_flow.py", "async_step_user"),
    "diagnostics": ("diagnostics.py", "async_get_config_entry_diagnostics"),
    "discovery-update-info": ("config_flow.py", "async_step_dhcp|async_step_zeroconf"),
    "reauthentication-flow": ("config_flow.py", "CredentialsFlow|async_step_reauth"),
    "reconfiguration-flow": ("config_flow.py", "async_step_reconfigure"),
    "repair-issues": ("", "set_issue|raise_while"),
    "runtime-data": ("", "runtime_data"),
    "unique-config-entry": ("config_flow.py", "async_set_unique_id|_async_abort_entries_match"),
    "action-setup": ("__init__.py", "async_setup("),
    "config-entry-unloading": ("__init__.py", "async_unload_entry"),
    "stale-devices": ("", "devices.remove|async_remove_config_entry_device"),
    "inject-websession": ("", "async_get_clientsession|async_create_clientsession"),
}


def test_the_list_of_rules_is_complete() -> None:
    assert len(ALL_RULES) == 54


def test_every_rule_is_done_or_exempt_with_a_reason(vendor: Vendor) -> None:
    rules = vendor.yaml("quality_scale.yaml").get("rules", {})
    expect_none(sorted(ALL_RULES - rules.keys()), "missing rules:")
    expect_none(sorted(rules.keys() - ALL_RULES), "unknown rules:")
    wrong = []
    for rule, answer in rules.items():
        status = answer.get("status") if isinstance(answer, dict) else answer
        comment = answer.get("comment", "") if isinstance(answer, dict) else ""
        if status not in ("done", "exempt"):
            wrong.append(f"{rule}: {status}")
        elif status == "exempt" and len(comment.split()) < 4:
            wrong.append(f"{rule}: exempt without a reason")
    expect_none(wrong)


@pytest.mark.parametrize("rule", sorted(EVIDENCE))
def test_the_code_has_what_a_rule_requires(vendor: Vendor, rule: str) -> None:
    answer = vendor.yaml("quality_scale.yaml").get("rules", {}).get(rule)
    if answer != "done" and not (isinstance(answer, dict) and answer.get("status") == "done"):
        return
    name, text = EVIDENCE[rule]
    files = [vendor.path / name] if name else vendor.modules
    code = "\n".join(file.read_text() for file in files)
    assert any(part in code for part in text.split("|")), (
        f"{rule} is done, but {text} is missing in {name or 'all modules'}"
    )


DOCS = {
    "docs-installation-instructions": r"^#+ .*install",
    "docs-removal-instructions": r"^#+ .*remov",
    "docs-configuration-parameters": r"^#+ .*(option|configur)",
    "docs-installation-parameters": r"^#+ .*(set.?up|install|parameter|configur)",
    "docs-actions": r"^#+ .*action",
    "docs-data-update": r"^#+ .*updat",
    "docs-examples": r"^#+ .*(example|automation)",
    "docs-known-limitations": r"^#+ .*limit",
    "docs-supported-devices": r"^#+ .*support|^#+ .*device",
    "docs-supported-functions": r"^#+ .*(entit|function)",
    "docs-troubleshooting": r"^#+ .*troubleshoot",
    "docs-use-cases": r"^#+ .*(use case|what you can do|use it for)",
}


@pytest.mark.parametrize("rule", sorted(DOCS))
def test_the_page_has_a_heading_for_each_docs_rule(vendor: Vendor, rule: str) -> None:
    if vendor.yaml("quality_scale.yaml").get("rules", {}).get(rule) != "done":
        return
    page = ROOT / "docs" / f"{vendor.domain}.md"
    assert page.exists(), f"{rule} is done, but there is no docs/{vendor.domain}.md"
    found = re.search(DOCS[rule], page.read_text(), re.IGNORECASE | re.MULTILINE)
    assert found, f"{rule} is done, but docs/{vendor.domain}.md has no such heading"

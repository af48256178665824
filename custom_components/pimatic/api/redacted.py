"""Definitions and values from the server, without the entry's own secrets and the credentials in URLs.

Ids, and words that are sent back, stay as they are: a short password may be a part of them.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache

from ..common.client.secrets import Redactor
from .model import Attribute, Device, Group, LogMessage, Page, Rule, Value, Variable

# Labels and names repeat; values do not.
_REMEMBERED = 4096


class Redacted:
    """Replaces secrets in definitions and values."""

    def __init__(self, redactor: Redactor) -> None:
        """Initialize with the redactor of the secrets."""
        self._text = redactor.text
        self._name: Callable[[str], str] = lru_cache(maxsize=_REMEMBERED)(redactor.text)

    def value(self, value: Value) -> Value:
        """Return the value of an attribute or a variable."""
        return self._text(value) if isinstance(value, str) else value

    def values(self, values: Mapping[str, Value]) -> dict[str, Value]:
        """Return the values of a device's attributes."""
        return {name: self._text(value) if isinstance(value, str) else value for name, value in values.items()}

    def device(self, device: Device) -> Device:
        """Return a device with redacted names."""
        attributes = tuple(map(self._attribute, device.attributes))
        buttons = tuple(replace(button, text=self._name(button.text)) for button in device.config.buttons)
        config = replace(device.config, buttons=buttons, device_class=self._name(device.config.device_class))
        return replace(device, name=self._name(device.name), attributes=attributes, config=config)

    def _attribute(self, attribute: Attribute) -> Attribute:
        texts = (attribute.label, attribute.acronym, attribute.unit, attribute.description)
        redacted = tuple(map(self._name, texts))
        if redacted == texts:
            return attribute
        label, acronym, unit, description = redacted
        return replace(attribute, label=label, acronym=acronym, unit=unit, description=description)

    def variable(self, variable: Variable) -> Variable:
        """Return a variable."""
        return replace(variable, expression=self._text(variable.expression)) if variable.expression else variable

    def rule(self, rule: Rule) -> Rule:
        """Return a rule."""
        return replace(rule, name=self._name(rule.name), text=self._text(rule.text), error=self._text(rule.error))

    def group(self, group: Group) -> Group:
        """Return a group."""
        return replace(group, name=self._name(group.name))

    def page(self, page: Page) -> Page:
        """Return a page."""
        return replace(page, name=self._name(page.name))

    def message(self, message: LogMessage) -> LogMessage:
        """Return a line of the log."""
        return replace(message, text=self._text(message.text), tags=tuple(map(self._name, message.tags)))


NO_SECRETS = Redacted(Redactor())

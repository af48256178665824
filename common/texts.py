"""Translated texts of exceptions."""

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.translation import async_get_translations


async def text_of(hass: HomeAssistant, error: HomeAssistantError) -> str:
    """Return the text of an exception in the configured language; `str(error)` is always in English."""
    domain, key = error.translation_domain, error.translation_key
    if domain is None or key is None:
        return str(error)
    texts = await async_get_translations(hass, hass.config.language, "exceptions", {domain})
    text = texts.get(f"component.{domain}.exceptions.{key}.message")
    return str(error) if text is None else text.format(**(error.translation_placeholders or {})).rstrip(".")

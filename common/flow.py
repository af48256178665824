"""Base classes and helpers for config flows: addresses, secrets, errors, saving the entry."""

from abc import abstractmethod
from collections.abc import Collection, Iterable, Mapping
from ipaddress import ip_address
import re
from typing import Any, NamedTuple, override
from unicodedata import normalize
from urllib.parse import urlsplit

from homeassistant.config_entries import (
    SOURCE_REAUTH,
    SOURCE_RECONFIGURE,
    ConfigEntry,
    ConfigFlow,
    ConfigFlowResult,
    ConfigSubentry,
    ConfigSubentryFlow,
    OptionsFlowWithReload,
    UnknownEntry,
    UnknownSubEntry,
)
from homeassistant.const import CONF_HOST, CONF_PORT, CONF_SSL, CONF_VERIFY_SSL
from homeassistant.core import callback
from homeassistant.data_entry_flow import AbortFlow
from homeassistant.helpers.selector import (
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)
import voluptuous as vol
from yarl import URL

from .client.errors import PushError

# A host name; underscores occur in local networks.
HOST_NAME = re.compile(r"(?!-)[\w-]{1,63}(?<!-)(\.(?!-)[\w-]{1,63}(?<!-))*\.?")
# The interface of a link-local address.
ZONE = re.compile(r"[\w.-]{1,32}", re.ASCII)

LONGEST_SECRET = 4096

# Schemes with TLS or not, and their ports.
SCHEMES = {"http": (False, 80), "ws": (False, 80), "https": (True, 443), "wss": (True, 443)}
WEB_PORTS = (80, 443)

# Errors that a wrong secret may cause.
SECRET_AT_FAULT = frozenset({"invalid_auth", "user_needed"})


type Fields = dict[vol.Marker, Any]

PASSWORD = TextSelector(TextSelectorConfig(type=TextSelectorType.PASSWORD, autocomplete="off"))


def whole_number(least: int, most: int, unit: str | None = None) -> vol.All:
    """Return a field for a whole number in this range."""
    config = NumberSelectorConfig(min=least, max=most, mode=NumberSelectorMode.BOX)
    if unit is not None:
        config["unit_of_measurement"] = unit
    return vol.All(NumberSelector(config), vol.Coerce(int))


def server_fields(port: int, *, is_tls: bool) -> Fields:
    """Return the fields for the address of a server, with its default port."""
    return {
        vol.Required(CONF_HOST): TextSelector(),
        vol.Required(CONF_PORT, default=port): whole_number(1, 65535),
        vol.Required(CONF_SSL, default=is_tls): bool,
        vol.Required(CONF_VERIFY_SSL, default=True): bool,
    }


class ErrorRow(NamedTuple):
    """An exception, and the field (or `base`) and translation key of its form error."""

    error: type[PushError]
    field: str
    text: str


class Address(NamedTuple):
    """The parts of an address. `host` has no brackets. Without a scheme or port they are None."""

    scheme: str | None
    host: str
    port: int | None
    path: str


def parse_address(text: str) -> Address:
    """Parse a host with or without scheme, port and path; IPv6 with or without brackets.

    Wide and other forms of characters, as of Asian keyboards, are replaced by the usual ones: the same address is the
    same text. Raises ValueError if it is not an address, or contains a user or password.
    """
    text = normalize("NFKC", text.strip())
    if any(not character.isprintable() or character.isspace() for character in text):
        raise ValueError("not an address")  # urlsplit would remove some of these characters
    if _is_ip(text):
        return Address(None, _shortest(text), None, "")
    scheme, separator, rest = text.partition("://")
    parts = urlsplit(f"//{rest if separator else text}")
    # In a URL, the percent sign before a zone is encoded.
    host, port = (parts.hostname or "").replace("%25", "%"), parts.port
    if "@" in parts.netloc or not (_is_ip(host) or _is_name(host)) or port == 0:
        raise ValueError("not an address")
    host = _shortest(host) if _is_ip(host) else host
    return Address(scheme.lower() if separator else None, host, port, parts.path.rstrip("/"))


def parse_server(data: dict[str, Any]) -> dict[str, str]:
    """Parse the address in the field `host`, which may be a URL, in place; return the errors by field.

    A scheme replaces `ssl`, and a port replaces `port`. The default port of a scheme replaces `port` only if that is a
    default port, too.
    """
    try:
        address = parse_address(data[CONF_HOST])
        is_tls, port = SCHEMES[address.scheme] if address.scheme else (data[CONF_SSL], None)
    except ValueError, KeyError:
        return {CONF_HOST: "invalid_host"}
    data[CONF_HOST], data[CONF_SSL] = address.host, is_tls
    if address.port or (port and data[CONF_PORT] in WEB_PORTS):
        data[CONF_PORT] = address.port or port
    return {}


def _is_name(text: str) -> bool:
    """Return True for a valid host name, also an internationalized one."""
    if not HOST_NAME.fullmatch(text):
        return False
    try:
        return URL.build(scheme="http", host=text).host is not None
    except ValueError:
        return False


def _is_ip(text: str) -> bool:
    try:
        ip_address(text)
        URL.build(scheme="http", host=text)  # It refuses the zone "25", which it reads as an encoded percent sign.
    except ValueError:
        return False
    _, separator, zone = text.partition("%")
    return not separator or ZONE.fullmatch(zone) is not None


def _shortest(text: str) -> str:
    """Return an IP address in its shortest form; its zone stays as it is."""
    address, separator, zone = text.partition("%")
    return f"{ip_address(address)}{separator}{zone}"


def parse_secret(text: str) -> str:
    """Return a token, password or user without surrounding whitespace.

    Raises ValueError if it is empty, too long, or contains characters that a header or a URL cannot contain.
    """
    text = text.strip()
    if not text or len(text) > LONGEST_SECRET or not text.isprintable():
        raise ValueError("not a secret")
    return text


def parse_secrets(data: dict[str, Any], names: Iterable[str]) -> dict[str, str]:
    """Parse the secrets in these fields in place; return the errors by field."""
    for name in names:
        try:
            data[name] = parse_secret(data[name])
        except ValueError:
            return {name: "invalid_text"}
    return {}


def errors_of(error: PushError, rows: Iterable[ErrorRow]) -> dict[str, str]:
    """Return the form errors for an exception, from the first matching row."""
    return next({row.field: row.text} for row in rows if isinstance(error, row.error))


def without(data: Mapping[str, Any], names: Collection[str]) -> dict[str, Any]:
    """Return the data without these fields."""
    return {name: value for name, value in data.items() if name not in names}


def form_values(
    typed: Mapping[str, Any] | None, known: Mapping[str, Any], secrets: Collection[str], errors: Mapping[str, str]
) -> dict[str, Any]:
    """Return the suggested values of a form: those that were typed, otherwise the known ones.

    A typed secret is kept unless it may have caused the error. A known secret is never sent to the browser.
    """
    is_at_fault = not errors.keys().isdisjoint(secrets) or not SECRET_AT_FAULT.isdisjoint(errors.values())
    if typed is not None and not is_at_fault:
        return dict(typed)
    return without(known if typed is None else typed, secrets)


class PushConfigFlow(ConfigFlow):
    """The base of all config flows. The translations need the abort reasons `entry_gone` and that of `another`."""

    # The abort reason if the flow for an entry found another device than that of the entry.
    another: str

    def __init__(self) -> None:
        self._data: dict[str, Any] = {}
        # The title of the entry; known after the data were validated.
        self._title = ""

    @callback
    @override
    def _get_reauth_entry(self) -> ConfigEntry[Any]:
        """Return the entry as it is now. Aborts the flow if it was removed meanwhile."""
        return self._entry_if_there(self._reauth_entry_id)

    @callback
    @override
    def _get_reconfigure_entry(self) -> ConfigEntry[Any]:
        """Return the entry as it is now. Aborts the flow if it was removed meanwhile."""
        return self._entry_if_there(self._reconfigure_entry_id)

    def _entry_if_there(self, entry_id: str) -> ConfigEntry[Any]:
        if (entry := self.hass.config_entries.async_get_entry(entry_id)) is None:
            raise AbortFlow("entry_gone")
        return entry

    @callback
    def _own_entry(self) -> ConfigEntry[Any] | None:
        """Return the entry of a reauthentication or reconfiguration; None in any other flow."""
        if self.source == SOURCE_REAUTH:
            return self._get_reauth_entry()
        return self._get_reconfigure_entry() if self.source == SOURCE_RECONFIGURE else None

    @callback
    def _async_show(
        self, step: str, form: vol.Schema, values: Mapping[str, Any], errors: dict[str, str], **placeholders: str
    ) -> ConfigFlowResult:
        """Show a form with suggested values."""
        return self.async_show_form(
            step_id=step,
            data_schema=self.add_suggested_values_to_schema(form, values),
            errors=errors,
            description_placeholders=placeholders or None,
        )

    @callback
    def _async_save(self, title: str, updates: Mapping[str, Any] | None = None) -> ConfigFlowResult:
        """Save the data in the entry of this flow, or create an entry.

        If another entry has the same unique id already, it takes over `updates`.
        """
        if (entry := self._own_entry()) is not None:
            self._abort_if_unique_id_mismatch(reason=self.another)
            return self.async_update_reload_and_abort(entry, data=self._data)
        self._abort_if_unique_id_configured(updates=dict(updates) if updates else None)
        return self.async_create_entry(title=title, data=self._data)


class CredentialsFlow(PushConfigFlow):
    """The base of config flows with credentials; it adds the reauthentication."""

    # The fields of the credentials, and the names of the secret ones.
    credentials: vol.Schema
    secrets: Collection[str]

    @abstractmethod
    async def _async_check_credentials(self) -> dict[str, str]:
        """Parse and validate the credentials in the data; return the errors by field."""

    @abstractmethod
    async def _async_finish(self) -> ConfigFlowResult:
        """Save the validated data."""

    async def async_step_reauth(self, entry_data: Mapping[str, Any]) -> ConfigFlowResult:
        """Start the reauthentication."""
        self._data = dict(entry_data)
        return await self.async_step_reauth_confirm()

    async def async_step_reauth_confirm(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for new credentials."""
        errors: dict[str, str] = {}
        if user_input is not None:
            # The data of the entry as it is now: another flow may have changed it.
            self._data = {**self._get_reauth_entry().data, **user_input}
            if not (errors := await self._async_check_credentials()):
                return await self._async_finish()
            if not errors.keys() <= {"base", *user_input}:
                # This form does not have the field of the error.
                errors = {"base": next(iter(errors.values()))}
        return self._async_show(
            "reauth_confirm",
            self.credentials,
            form_values(user_input, self._data, self.secrets, errors),
            errors,
            name=self._get_reauth_entry().title,
        )


class PushOptionsFlow(OptionsFlowWithReload):
    """The flow of an entry's options. The texts have the abort reason `entry_gone`."""

    @property
    @override
    def config_entry(self) -> ConfigEntry[Any]:
        """Return the entry; the flow ends where it was removed meanwhile."""
        try:
            return super().config_entry
        except UnknownEntry:
            raise AbortFlow("entry_gone") from None

    @callback
    def _async_keep(self, options: Mapping[str, Any]) -> ConfigFlowResult:
        """Keep the options; the flow ends where the entry was removed meanwhile."""
        if self.hass.config_entries.async_get_entry(self._config_entry_id) is None:
            raise AbortFlow("entry_gone")
        return self.async_create_entry(data=options)


class PushSubentryFlow(ConfigSubentryFlow):
    """The flow of a subentry. The texts of each kind have the abort reason `entry_gone`."""

    @callback
    @override
    def _get_entry(self) -> ConfigEntry[Any]:
        """Return the entry; the flow ends where it was removed meanwhile."""
        try:
            return super()._get_entry()
        except UnknownEntry:
            raise AbortFlow("entry_gone") from None

    @callback
    @override
    def _get_reconfigure_subentry(self) -> ConfigSubentry:
        """Return the subentry that is changed; the flow ends where it or its entry was removed meanwhile."""
        try:
            return super()._get_reconfigure_subentry()
        except UnknownEntry, UnknownSubEntry:
            raise AbortFlow("entry_gone") from None

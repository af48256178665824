"""What the config flows of all vendors have in common: addresses that people paste, errors, the same end."""

from abc import abstractmethod
from collections.abc import Collection, Iterable, Mapping
from ipaddress import ip_address
import re
from typing import Any, NamedTuple, override
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

# One label of a host name; an underscore is in some names of local networks.
HOST_NAME = re.compile(r"(?!-)[\w-]{1,63}(?<!-)(\.(?!-)[\w-]{1,63}(?<!-))*\.?")
# The interface that a link-local address is reached by.
ZONE = re.compile(r"[\w.-]{1,32}", re.ASCII)

LONGEST_SECRET = 4096

# Whether a scheme is encrypted, and its port.
SCHEMES = {"http": (False, 80), "ws": (False, 80), "https": (True, 443), "wss": (True, 443)}
WEB_PORTS = (80, 443)

# Errors of the form as a whole that a secret may be the cause of.
SECRET_AT_FAULT = frozenset({"invalid_auth", "user_needed"})


type Fields = dict[vol.Marker, Any]

PASSWORD = TextSelector(TextSelectorConfig(type=TextSelectorType.PASSWORD, autocomplete="off"))


def whole_number(least: int, most: int, unit: str | None = None) -> vol.All:
    """Return a field for a whole number of this range."""
    config = NumberSelectorConfig(min=least, max=most, mode=NumberSelectorMode.BOX)
    if unit is not None:
        config["unit_of_measurement"] = unit
    return vol.All(NumberSelector(config), vol.Coerce(int))


def server_fields(port: int, *, is_tls: bool) -> Fields:
    """Return the fields for the address of a server, with its usual port."""
    return {
        vol.Required(CONF_HOST): TextSelector(),
        vol.Required(CONF_PORT, default=port): whole_number(1, 65535),
        vol.Required(CONF_SSL, default=is_tls): bool,
        vol.Required(CONF_VERIFY_SSL, default=True): bool,
    }


class ErrorRow(NamedTuple):
    """What a failure is called on a form, and at which field: `base` is the form as a whole."""

    error: type[PushError]
    field: str
    text: str


class Address(NamedTuple):
    """An address taken apart. `host` has no brackets; `scheme`, `port` and `path` are None or "" where not given."""

    scheme: str | None
    host: str
    port: int | None
    path: str


def parse_address(text: str) -> Address:
    """Take apart what people paste: a host, with or without scheme, port, path; IPv6 with or without brackets.

    Raises ValueError if it is not an address, or has a user or password in it.
    """
    text = text.strip()
    if any(not character.isprintable() or character.isspace() for character in text):
        raise ValueError("not an address")  # urlsplit would take some of them out
    if _is_ip(text):
        address, separator, zone = text.partition("%")
        return Address(None, f"{address.lower()}{separator}{zone}", None, "")
    scheme, separator, rest = text.partition("://")
    parts = urlsplit(f"//{rest if separator else text}")
    # In a URL the percent sign before a zone is encoded.
    host, port = (parts.hostname or "").replace("%25", "%"), parts.port
    if "@" in parts.netloc or not (_is_ip(host) or _is_name(host)) or port == 0:
        raise ValueError("not an address")
    return Address(scheme.lower() if separator else None, host, port, parts.path.rstrip("/"))


def parse_server(data: dict[str, Any]) -> dict[str, str]:
    """Take apart the address that was typed or pasted into `host`, in place; return the errors by field.

    A scheme decides on `ssl`. A port in the address wins over the one typed; the port of a scheme only replaces
    that of the other one, as a device with a port of its own keeps that.
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
    """Return True for a host name that can be looked up: also one in other letters has an ASCII form, and back."""
    if not HOST_NAME.fullmatch(text):
        return False
    try:
        return URL.build(scheme="http", host=text).host is not None
    except ValueError:
        return False


def _is_ip(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    _, separator, zone = text.partition("%")
    return not separator or ZONE.fullmatch(zone) is not None


def parse_secret(text: str) -> str:
    """Return a token, a password or a user as it was meant: without the spaces and newlines around it.

    Raises ValueError for one that is empty, too long, or has control characters inside: what is
    pasted from a terminal or a chat brings them along, and no header or URL can carry them.
    """
    text = text.strip()
    if not text or len(text) > LONGEST_SECRET or not text.isprintable():
        raise ValueError("not a secret")
    return text


def parse_secrets(data: dict[str, Any], names: Iterable[str]) -> dict[str, str]:
    """Parse the fields of these names, in place; return the errors by field."""
    for name in names:
        try:
            data[name] = parse_secret(data[name])
        except ValueError:
            return {name: "invalid_text"}
    return {}


def errors_of(error: PushError, rows: Iterable[ErrorRow]) -> dict[str, str]:
    """Return what a form shows for a failure: the first row whose class it is of."""
    return next({row.field: row.text} for row in rows if isinstance(error, row.error))


def without(data: Mapping[str, Any], names: Collection[str]) -> dict[str, Any]:
    """Return the data without the fields of these names."""
    return {name: value for name, value in data.items() if name not in names}


def form_values(
    typed: Mapping[str, Any] | None, known: Mapping[str, Any], secrets: Collection[str], errors: Mapping[str, str]
) -> dict[str, Any]:
    """Return what a form shows: what was typed, or what is known while nothing was.

    A secret that was typed stays unless it may be the fault; a known one never goes to a browser.
    """
    is_at_fault = not errors.keys().isdisjoint(secrets) or not SECRET_AT_FAULT.isdisjoint(errors.values())
    if typed is not None and not is_at_fault:
        return dict(typed)
    return without(known if typed is None else typed, secrets)


class PushConfigFlow(ConfigFlow):
    """The end that all flows share. The texts have the abort reasons `entry_gone`, and what `another` names."""

    # Why a flow for an entry is aborted that found another device, unit, project than the entry's.
    another: str

    def __init__(self) -> None:
        self._data: dict[str, Any] = {}
        # What an entry is called; known once the data were checked.
        self._title = ""

    @callback
    @override
    def _get_reauth_entry(self) -> ConfigEntry[Any]:
        """Return the entry that wants new credentials; the flow ends where it was removed meanwhile.

        Its data are those of today: while the form was open, the address may have been corrected in another.
        """
        return self._entry_if_there(self._reauth_entry_id)

    @callback
    @override
    def _get_reconfigure_entry(self) -> ConfigEntry[Any]:
        """Return the entry that is changed; the flow ends where it was removed meanwhile."""
        return self._entry_if_there(self._reconfigure_entry_id)

    def _entry_if_there(self, entry_id: str) -> ConfigEntry[Any]:
        if (entry := self.hass.config_entries.async_get_entry(entry_id)) is None:
            raise AbortFlow("entry_gone")
        return entry

    @callback
    def _own_entry(self) -> ConfigEntry[Any] | None:
        """Return the entry that this flow is for; None when it is to make one."""
        if self.source == SOURCE_REAUTH:
            return self._get_reauth_entry()
        return self._get_reconfigure_entry() if self.source == SOURCE_RECONFIGURE else None

    @callback
    def _async_show(
        self, step: str, form: vol.Schema, values: Mapping[str, Any], errors: dict[str, str], **placeholders: str
    ) -> ConfigFlowResult:
        """Show a form with these values in it."""
        return self.async_show_form(
            step_id=step,
            data_schema=self.add_suggested_values_to_schema(form, values),
            errors=errors,
            description_placeholders=placeholders or None,
        )

    @callback
    def _async_save(self, title: str, updates: Mapping[str, Any] | None = None) -> ConfigFlowResult:
        """Save the data: in the entry that this flow is for, or in a new one.

        `updates` are the fields that an entry of the same unique id takes over, where there is one already.
        """
        if (entry := self._own_entry()) is not None:
            self._abort_if_unique_id_mismatch(reason=self.another)
            return self.async_update_reload_and_abort(entry, data=self._data)
        self._abort_if_unique_id_configured(updates=dict(updates) if updates else None)
        return self.async_create_entry(title=title, data=self._data)


class CredentialsFlow(PushConfigFlow):
    """A flow with credentials, which it asks for again when the device refuses them."""

    # The fields for the credentials, and those of them that are never shown again.
    credentials: vol.Schema
    secrets: Collection[str]

    @abstractmethod
    async def _async_check_credentials(self) -> dict[str, str]:
        """Parse the credentials among the data and try them; return the errors by field."""

    @abstractmethod
    async def _async_finish(self) -> ConfigFlowResult:
        """Save the data, which were checked."""

    async def async_step_reauth(self, entry_data: Mapping[str, Any]) -> ConfigFlowResult:
        """Begin because the credentials were refused."""
        self._data = dict(entry_data)
        return await self.async_step_reauth_confirm()

    async def async_step_reauth_confirm(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for new credentials."""
        errors: dict[str, str] = {}
        if user_input is not None:
            # Not what the form was opened with: another flow may have changed the entry since.
            self._data = {**self._get_reauth_entry().data, **user_input}
            if not (errors := await self._async_check_credentials()):
                return await self._async_finish()
            if not errors.keys() <= {"base", *user_input}:
                # This form does not have the field.
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

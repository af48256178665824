"""The state of one pimatic server: pushed by its Socket.IO connection, changed by calls over it."""

import asyncio
from collections.abc import Awaitable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_USERNAME
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo

from .access import base_url, client_from
from .api import (
    Change,
    Device,
    DeviceEdited,
    LogMessage,
    ParameterInvalid,
    PermissionDenied,
    Refused,
    Rule,
    RuleEdited,
    Value,
    Variable,
    VariableChanged,
    VariableEdited,
)
from .common.client.errors import AuthFailed, NoAnswer, PushError
from .common.history.run import HistoryRun
from .common.push.coordinator import PushCoordinator
from .common.push.parts import Parts, remove_device, remove_stale_devices
from .const import DOMAIN, LOGGER, MANUFACTURER, OPTION_RULES, OPTION_VARIABLES
from .repairs import async_report_missing_plugins, async_report_visibility
from .templates import Shape, shape_of

if TYPE_CHECKING:
    from .common.history.statistics import Series

type PimaticConfigEntry = ConfigEntry[PimaticCoordinator]
# (device id, attribute), (VARIABLE, name), (RULE, id) or, while a device's plugin is missing, (NO_PLUGIN, device id):
# no device id starts with a dollar sign.
type Key = tuple[str, str]

VARIABLE = "$variable"
RULE = "$rule"
NO_PLUGIN = "$no_plugin"
MESSAGES = "messages"

# How long a server may take to tell the values of a device that was just edited.
SETTLE_SECONDS = 2.0


class Part(NamedTuple):
    """Something on the server that comes and goes by itself, or the server."""

    kind: Literal["server", "device", "variable", "rule"]
    id: str = ""


SERVER = Part("server")


class PimaticCoordinator(PushCoordinator[Key, Value | Rule]):
    """One server."""

    config_entry: PimaticConfigEntry

    def __init__(self, hass: HomeAssistant, entry: PimaticConfigEntry) -> None:
        """Prepare; `async_start` connects."""
        super().__init__(hass, LOGGER, entry)
        self.client = client_from(hass, entry.data)
        # Called before what was registered earlier: the end of the session.
        entry.async_on_unload(self.client.close)
        self.history = HistoryRun(hass, entry, LOGGER, self._stored_series)
        self.parts: Parts[Part] = Parts()
        # What each part is now; a device without its plugin stays what it was.
        self.devices: dict[str, Device] = {}
        self.variables: dict[str, Variable] = {}
        self.rule_names: dict[str, str] = {}
        self.without_plugin: dict[str, Device] = {}
        self._variable_kinds: dict[str, type] = {}
        self._server_device_id = ""
        self._shapes: dict[str, Shape] = {}
        self._device_infos: dict[str, DeviceInfo] = {}

    # Connection ---------------------------------------------------------------------------------

    @override
    async def _async_session(self) -> None:
        try:
            await self.client.connect()
            await self.async_connected(self._full())
            await self.client.follow(self._take, self._take_attribute)
        finally:
            await self.client.disconnect()

    @override
    async def _async_without_push(self) -> Mapping[Key, Value | Rule]:
        await self.client.fetch()
        return self._full()

    @override
    async def async_stop(self) -> None:
        await self.history.stop()
        await super().async_stop()

    def _stored_series(self) -> Iterable[Series]:
        from .history_import import stored_series  # needs the recorder, which may not be there

        return stored_series(self)

    def _full(self) -> dict[Key, Value | Rule]:
        """Return the whole state by key."""
        state = self.client.state
        full: dict[Key, Value | Rule] = dict(state.values)
        if self._shows(OPTION_VARIABLES):
            full |= {(VARIABLE, name): value for name, value in state.variable_values.items()}
        if self._shows(OPTION_RULES):
            full |= {(RULE, rule.id): rule for rule in state.rules.values()}
        return full | {(NO_PLUGIN, device.id): True for device in state.devices.values() if device.plugin_missing}

    def _shows(self, option: str) -> bool:
        return bool(self.config_entry.options.get(option, True))

    # Changes ------------------------------------------------------------------------------------

    @callback
    def _take_attribute(self, key: Key, value: Value, _time: int) -> None:
        """Store an attribute's value and tell whom it concerns. Nearly all that a server tells is this."""
        self.apply({key: value})
        # Few attributes are events, too.
        if key in self._event_listeners:
            self.fire(key, value)

    @callback
    def _take(self, change: Change) -> None:
        """Store one change and tell whom it concerns."""
        match change:
            case VariableChanged(name, value) if self._shows(OPTION_VARIABLES):
                self.apply({(VARIABLE, name): value})
                self._set_variable(name, self.variables.get(name))
            case LogMessage():
                self.fire(MESSAGES, change)
            case DeviceEdited(device_id, device):
                self._set_device(device_id, device)
                self._report()
            case VariableEdited(name, variable) if self._shows(OPTION_VARIABLES):
                if variable is not None:
                    self.apply({(VARIABLE, name): self.client.state.variable_values[name]})
                self._set_variable(name, variable)
            case RuleEdited(rule_id, rule) if self._shows(OPTION_RULES):
                if rule is not None:
                    self.apply({(RULE, rule_id): rule})
                self._set_rule(rule_id, rule)

    @override
    @callback
    def _state_replaced(self) -> None:
        """Bring parts and devices in line with a new full state; tell only of those that differ."""
        self._add_server()
        state = self.client.state
        if self.sees_devices or state.devices:
            for device_id in [*self.devices.keys() - state.devices.keys()]:
                self._set_device(device_id, None)
        for device in state.devices.values():
            self._set_device(device.id, device)
        if self._shows(OPTION_VARIABLES):
            for name in {**self.variables, **state.variables}:
                self._set_variable(name, state.variables.get(name))
        if self._shows(OPTION_RULES):
            for rule_id in {**self.rule_names, **state.rules}:
                self._set_rule(rule_id, state.rules.get(rule_id))
        self._report()

    @callback
    def _set_device(self, device_id: str, device: Device | None) -> None:
        """Add, change or remove a device; one without its plugin only becomes unavailable."""
        old = self.devices.get(device_id)
        self._shapes.pop(device_id, None)
        self._device_infos.pop(device_id, None)
        if device is None:
            self.forget([*_keys_of(old), (NO_PLUGIN, device_id)])
            self.without_plugin.pop(device_id, None)
            self.devices.pop(device_id, None)
            self.parts.remove(Part("device", device_id))
            remove_device(self.hass, self.config_entry, self.identifier(Part("device", device_id)))
            return
        if device.plugin_missing:
            self.without_plugin[device_id] = device
            self.apply({(NO_PLUGIN, device_id): True})
            return
        came_back = self.without_plugin.pop(device_id, None) is not None
        if device == old and not came_back:
            return
        self.devices[device_id] = device
        self.forget([key for key in _keys_of(old) if device.attribute(key[1]) is None])
        if old is not None or came_back:
            registry = dr.async_get(self.hass)
            registry.async_get_or_create(
                config_entry_id=self.config_entry.entry_id, **self.device_info(Part("device", device_id))
            )
            self.apply(self._values_of(device))
            self._settle(device)
            self.forget([(NO_PLUGIN, device_id)])
        self.parts.add(Part("device", device_id))

    def _values_of(self, device: Device) -> dict[Key, Value | Rule]:
        state = self.client.state
        return {(device.id, one.name): state.value_of(device.id, one.name) for one in device.attributes}

    @callback
    def _settle(self, device: Device) -> None:
        """Ask for the values of an edited device: the server does not announce those that are null.

        Source: docs/protocol/pimatic.md#change-events.
        """
        if self.client.connected and self.may("devices", "read"):
            self.config_entry.async_create_background_task(
                self.hass, self._async_settle(device), f"{DOMAIN} values of an edited device"
            )

    async def _async_settle(self, device: Device) -> None:
        await asyncio.sleep(SETTLE_SECONDS)
        try:
            await self.client.refresh(device.id)
        except PushError:
            return
        if self.devices.get(device.id) == device:
            self.apply(self._values_of(device))

    @callback
    def _set_variable(self, name: str, variable: Variable | None) -> None:
        """Add, change or remove a variable; a value of another kind is another kind of entity."""
        part = Part("variable", name)
        if variable is None:
            self.variables.pop(name, None)
            self._variable_kinds.pop(name, None)
            self.forget([(VARIABLE, name)])
            self.parts.remove(part)
            return
        kind = type(self.data.get((VARIABLE, name)))
        if self.variables.get(name) == variable and self._variable_kinds.get(name) is kind:
            return
        self.variables[name] = variable
        self._variable_kinds[name] = kind
        self.parts.add(part)

    @callback
    def _set_rule(self, rule_id: str, rule: Rule | None) -> None:
        part = Part("rule", rule_id)
        if rule is None:
            self.rule_names.pop(rule_id, None)
            self.forget([(RULE, rule_id)])
            self.parts.remove(part)
        elif self.rule_names.get(rule_id) != rule.name:
            self.rule_names[rule_id] = rule.name
            self.parts.add(part)

    @callback
    def _report(self) -> None:
        """Raise and drop the repair issues."""
        async_report_missing_plugins(self.hass, self.config_entry, self.without_plugin.values())
        async_report_visibility(
            self.hass,
            self.config_entry,
            self.config_entry.data[CONF_USERNAME],
            sees_devices=self.sees_devices or bool(self.client.state.devices),
        )

    # Roles --------------------------------------------------------------------------------------

    def may(self, permission: str, access: str = "") -> bool:
        """Return True if the role of the user has a permission (docs/protocol/pimatic.md#roles)."""
        user = self.client.state.user
        return user is not None and user.may(permission, access)

    @property
    def sees_devices(self) -> bool:
        """Tell whether the role is told which devices exist."""
        return self.may("devices", "read") or self.may("pages", "read")

    def shape(self, device: Device) -> Shape:
        """Return what a device that exists becomes."""
        if (known := self._shapes.get(device.id)) is None:
            known = self._shapes[device.id] = shape_of(device)
        return known

    # Devices ------------------------------------------------------------------------------------

    @callback
    def _add_server(self) -> None:
        """Make the server's own device, which all others hang on."""
        server = dr.async_get(self.hass).async_get_or_create(
            config_entry_id=self.config_entry.entry_id, **self.device_info(SERVER)
        )
        if self._server_device_id != server.id:
            self._server_device_id = server.id
            self._device_infos.clear()
        if SERVER not in self.parts:
            self.parts.add(SERVER)

    @callback
    def remove_stale_devices(self) -> None:
        """Remove devices that went while nobody was connected, unless the role only hides them."""
        if not self.sees_devices:
            return
        parts = [*self.parts, *(Part("device", device_id) for device_id in self.without_plugin)]
        remove_stale_devices(self.hass, self.config_entry, {self.identifier(part) for part in parts})

    def identifier(self, part: Part) -> tuple[str, str]:
        """Return the device identifier of a part: variables share one device, rules another."""
        suffix = {"server": "", "device": f"_{part.id}", "variable": f"_{VARIABLE}", "rule": f"_{RULE}"}[part.kind]
        return (DOMAIN, f"{self.config_entry.entry_id}{suffix}")

    def device_info(self, part: Part) -> DeviceInfo:
        """Return the Home Assistant device of a part."""
        identifiers = {self.identifier(part)}
        if part.kind == "server":
            return DeviceInfo(
                identifiers=identifiers,
                manufacturer=MANUFACTURER,
                model="pimatic server",
                name=self.config_entry.title,
                entry_type=DeviceEntryType.SERVICE,
                configuration_url=str(base_url(self.config_entry.data)),
            )
        if part.kind != "device":
            return DeviceInfo(
                identifiers=identifiers,
                manufacturer=MANUFACTURER,
                translation_key=f"{part.kind}s",
                translation_placeholders={"server": self.config_entry.title},
                entry_type=DeviceEntryType.SERVICE,
                via_device_id=self._server_device_id,
            )
        if (known := self._device_infos.get(part.id)) is None:
            known = self._device_infos[part.id] = self._info_of(self.devices[part.id])
        return known

    def _info_of(self, device: Device) -> DeviceInfo:
        """Return the Home Assistant device of a pimatic device; all its entities share it."""
        info = DeviceInfo(
            identifiers={self.identifier(Part("device", device.id))},
            manufacturer=MANUFACTURER,
            name=device.name,
            model=device.config.device_class,
            model_id=device.id,
            via_device_id=self._server_device_id,
        )
        if group := self.client.state.group_of(device.id):
            info["suggested_area"] = group.name
        return info

    # Commands -----------------------------------------------------------------------------------

    async def async_act(self, device_id: str, action: str, **params: Any) -> Any:
        """Call a device's action; the new state comes back as an event.

        Raises ServiceValidationError for what must not be sent, HomeAssistantError for all else.
        """
        if not self.may("controlDevices"):
            raise _error("no_control", user=self.config_entry.data[CONF_USERNAME])
        return await self.async_call(self.client.call_device(self.devices[device_id], action, params))

    async def async_call[T](self, call: Awaitable[T]) -> T:
        """Await a call of the client; its errors become translated ones of Home Assistant."""
        try:
            return await call
        except AuthFailed:
            self.config_entry.async_start_reauth(self.hass)
            raise _error("auth_failed") from None
        except PermissionDenied:
            raise _error("no_permission", user=self.config_entry.data[CONF_USERNAME]) from None
        except ParameterInvalid as error:
            raise ServiceValidationError(
                translation_domain=DOMAIN,
                translation_key="invalid_parameter",
                translation_placeholders={"reason": str(error)},
            ) from None
        except NoAnswer:
            raise _error("no_answer") from None
        except Refused as error:
            LOGGER.debug("%s refused a call: %s", self.name, error.detail)
            raise _error("refused") from None
        except PushError as error:
            raise _error("call_failed", reason=str(error)) from None


def _error(key: str, **placeholders: str) -> HomeAssistantError:
    return HomeAssistantError(
        translation_domain=DOMAIN, translation_key=key, translation_placeholders=placeholders or None
    )


def _keys_of(device: Device | None) -> list[Key]:
    """Return the keys of a device's attributes."""
    return [(device.id, attribute.name) for attribute in device.attributes] if device else []

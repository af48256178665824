"""The coordinator of one pimatic server: its state and all calls use one Socket.IO connection."""

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_USERNAME
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.device_registry import AnyDeviceEntry, DeviceEntryType, DeviceInfo

from .api import (
    ActionTextRefused,
    AttributeChanged,
    Change,
    Device,
    DeviceEdited,
    GroupsEdited,
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
from .areas import GroupAreas
from .common.client.errors import (
    AuthFailed,
    CannotConnect,
    CertificateError,
    InvalidAnswer,
    NoAnswer,
    PushError,
    PushRefused,
)
from .common.client.secrets import is_secret_name
from .common.client.slices import in_slices
from .common.history.run import HistoryRun
from .common.ids import SEPARATOR
from .common.push.coordinator import PushCoordinator
from .common.push.parts import PartDevices, Parts
from .connection import base_url, client_from
from .const import DOMAIN, LOGGER, MANUFACTURER, OPTION_RULES, OPTION_VARIABLES
from .edited import EditedDevices
from .meaning.features import RULE_FEATURES, SERVER_FEATURES, WATCHED_FEATURES, Feature
from .meaning.profile import Profile, TypedVariable, kind_of, profile_of, variable_feature

if TYPE_CHECKING:
    from .common.history.statistics import Series
    from .moving.watches import DraftWatches

type PimaticConfigEntry = ConfigEntry[PimaticCoordinator]
# (device id, attribute), (VARIABLE, name), (RULE, id) or, while a device's plugin is missing, (NO_PLUGIN, device id):
# no device id starts with a dollar sign.
type Key = tuple[str, str]

VARIABLE = "$variable"
RULE = "$rule"
NO_PLUGIN = "$no_plugin"
# Events: a line of the server's log; devices were added, changed or removed.
MESSAGES = "messages"
DEVICES = "devices"
# Events: the comparison of watched rules has changed; (SEEN, id) for one rule.
SEEN = "$seen"


class PartKind(StrEnum):
    """The kinds of parts."""

    SERVER = "server"
    DEVICE = "device"
    VARIABLE = "variable"
    RULE = "rule"


class Part(NamedTuple):
    """The server, or one of its devices, variables or rules; the id of a variable is its name."""

    kind: PartKind
    id: str = ""


SERVER = Part(PartKind.SERVER)
# All variables share one device in Home Assistant, and so do all rules.
_IDENTIFIED = {PartKind.VARIABLE: VARIABLE, PartKind.RULE: RULE}
# Pages of pimatic's own frontend (docs/protocol/pimatic.md#in-home-assistant).
_FRONTEND_PAGES = {
    PartKind.DEVICE: "devices-page",
    PartKind.VARIABLE: "variables-page",
    PartKind.RULE: "rules-page",
}
_LISTS = {PartKind.VARIABLE: OPTION_VARIABLES, PartKind.RULE: OPTION_RULES}
_MODELS = {PartKind.VARIABLE: "Variables", PartKind.RULE: "Rules"}


class PimaticCoordinator(PushCoordinator[Key, Value | Rule]):
    """One server."""

    config_entry: PimaticConfigEntry
    # The rules whose drafts are being compared with them; set before the platforms.
    watches: DraftWatches
    error_keys: ClassVar[Mapping[type[PushError], str]] = {
        AuthFailed: "auth_failed",
        NoAnswer: "no_answer",
        CertificateError: "certificate_refused",
        PushRefused: "no_live_connection",
        CannotConnect: "unreachable",
        InvalidAnswer: "invalid_answer",
    }
    setup_error_keys: ClassVar[Mapping[type[PushError], str]] = error_keys

    def __init__(self, hass: HomeAssistant, entry: PimaticConfigEntry) -> None:
        """Initialize; `async_start` connects."""
        super().__init__(hass, LOGGER, entry)
        self.client = client_from(hass, entry.data)
        # Unload callbacks run in reverse order: this one before the end of the session.
        entry.async_on_unload(self.client.close)
        self.history = HistoryRun(hass, entry, LOGGER, self._stored_series, self.error_for)
        self.parts: Parts[Part] = Parts()
        self.devices = PartDevices(hass, entry, self.device_info)
        self.areas = GroupAreas(hass, self._group_name, self._device_of)
        entry.async_on_unload(self.areas.stop)
        # The parts by id; a device without its plugin keeps its last profile.
        self.profiles: dict[str, Profile] = {}
        self.variables: dict[str, TypedVariable] = {}
        self.rule_names: dict[str, str] = {}
        self.without_plugin: dict[str, Device] = {}
        self._edited = EditedDevices(hass, entry, self._async_ask_for_values)

    # Connection ---------------------------------------------------------------------------------

    @override
    async def _async_session(self) -> None:
        try:
            await self.client.connect()
            await self.async_connected(self._full_state())
            await self.client.run(self._take)
        finally:
            await self.client.disconnect()

    @override
    async def _async_without_push(self) -> Mapping[Key, Value | Rule]:
        await self.client.fetch()
        return self._full_state()

    @override
    async def async_stop(self) -> None:
        await self.history.stop()
        await super().async_stop()

    def _stored_series(self) -> Iterable[Series]:
        from .history_import import stored_series  # needs the recorder, which may not be there

        return stored_series(self.hass, self.config_entry.entry_id, self.client, self.profiles.values())

    def _full_state(self) -> dict[Key, Value | Rule]:
        """Return the whole state by key."""
        state = self.client.state
        full: dict[Key, Value | Rule] = dict(state.values)
        if self._wants(OPTION_VARIABLES):
            full |= {(VARIABLE, name): value for name, value in state.variable_values.items()}
        if self._wants(OPTION_RULES):
            full |= {(RULE, rule.id): rule for rule in state.rules.values()}
        return full | {(NO_PLUGIN, device.id): True for device in state.devices.values() if device.plugin_missing}

    def _wants(self, option: str) -> bool:
        return bool(self.config_entry.options.get(option, True))

    # Changes ------------------------------------------------------------------------------------

    @callback
    def _take(self, change: Change) -> None:
        """Store one change and notify its subscribers."""
        match change:
            case AttributeChanged():
                self.apply({change.key: change.value})
                # A button that is pressed again has an equal value.
                self.fire(change.key, change.value)
            case VariableChanged(name, value) if self._wants(OPTION_VARIABLES):
                self.apply({(VARIABLE, name): value})
                self._set_variable(name, self.client.state.variables.get(name))
            case LogMessage():
                self.fire(MESSAGES, change)
            case DeviceEdited(device_id, device):
                self._set_device(device_id, device)
                self.fire(DEVICES, None)
            case VariableEdited(name, variable) if self._wants(OPTION_VARIABLES):
                if variable is not None:
                    self.apply({(VARIABLE, name): self.client.state.variable_values[name]})
                self._set_variable(name, variable)
            case GroupsEdited():
                self.areas.follow_soon()
            case RuleEdited(rule_id, rule) if self._wants(OPTION_RULES):
                if rule is not None:
                    self.apply({(RULE, rule_id): rule})
                self._set_rule(rule_id, rule)

    @override
    async def _async_state_replaced(self) -> None:
        await in_slices(self._changes_to_parts())
        if "groups" in self.client.state.whole:
            self.areas.follow()
        self.fire(DEVICES, None)

    def _changes_to_parts(self) -> Iterator[None]:
        """Update parts and devices to a new full state, in steps; only those that differ are changed."""
        self.devices.register(SERVER)
        if SERVER not in self.parts:
            self.parts.add(SERVER)
        state = self.client.state
        yield from (self._set_device(device_id, None) for device_id in state.gone("devices", self.profiles))
        yield from (self._set_device(device.id, device) for device in list(state.devices.values()))
        if self._wants(OPTION_VARIABLES):
            yield from (self._set_variable(name, None) for name in state.gone("variables", self.variables))
            yield from (self._set_variable(name, one) for name, one in list(state.variables.items()))
        if self._wants(OPTION_RULES):
            yield from (self._set_rule(rule_id, None) for rule_id in state.gone("rules", self.rule_names))
            yield from (self._set_rule(rule_id, one) for rule_id, one in list(state.rules.items()))

    @callback
    def _set_device(self, device_id: str, device: Device | None) -> None:
        """Add, change or remove a device; a device without its plugin becomes unavailable."""
        if device is None:
            self._remove_device(device_id)
        elif device.plugin_missing:
            self.without_plugin[device_id] = device
            self.apply({(NO_PLUGIN, device_id): True})
        else:
            self._put_device(device)

    @callback
    def _remove_device(self, device_id: str) -> None:
        part = Part(PartKind.DEVICE, device_id)
        self.without_plugin.pop(device_id, None)
        gone = self.profiles.pop(device_id, None)
        self.areas.forget(device_id)
        self.forget([*(_keys_of(gone.device) if gone else ()), (NO_PLUGIN, device_id)])
        self.parts.remove(part)
        self.devices.remove(part)

    @callback
    def _put_device(self, device: Device) -> None:
        part = Part(PartKind.DEVICE, device.id)
        old = self.profiles.get(device.id)
        came_back = self.without_plugin.pop(device.id, None) is not None
        if old is not None and old.device == device and not came_back:
            return
        self.profiles[device.id] = profile_of(device)
        self.areas.note(device.id)
        if old is not None:
            self.forget([key for key in _keys_of(old.device) if device.attribute(key[1]) is None])
        if old is not None or came_back:
            self.devices.register(part)
            self.apply(self._values_of(device))
            self._settle(device)
            self.forget([(NO_PLUGIN, device.id)])
        self.parts.add(part)

    def _values_of(self, device: Device) -> dict[Key, Value | Rule]:
        values = self.client.state.values
        return {key: values.get(key) for key in _keys_of(device)}

    @callback
    def _settle(self, device: Device) -> None:
        """Fetch the values of an edited device soon: the server does not announce values that are null.

        Source: docs/protocol/pimatic.md#change-events.
        """
        if self.client.connected and self.may("devices", "read"):
            self._edited.note(device.id)

    async def _async_ask_for_values(self, device_id: str) -> None:
        if device_id not in self.profiles:
            return
        try:
            await self.client.refresh(device_id)
        except PushError:
            return
        if (profile := self.profiles.get(device_id)) is not None:
            self.apply(self._values_of(profile.device))

    @callback
    def _set_variable(self, name: str, variable: Variable | None) -> None:
        """Add, change or remove a variable."""
        part = Part(PartKind.VARIABLE, name)
        if variable is None:
            self.variables.pop(name, None)
            self.forget([(VARIABLE, name)])
            self.parts.remove(part)
            return
        typed = TypedVariable(variable, kind_of(self.client.state.variable_values.get(name)))
        if self.variables.get(name) != typed:
            self.variables[name] = typed
            self.parts.add(part)

    @callback
    def _set_rule(self, rule_id: str, rule: Rule | None) -> None:
        """Add, rename or remove a rule."""
        part = Part(PartKind.RULE, rule_id)
        if rule is None:
            self.rule_names.pop(rule_id, None)
            self.forget([(RULE, rule_id)])
            self.parts.remove(part)
        elif self.rule_names.get(rule_id) != rule.name:
            self.rule_names[rule_id] = rule.name
            self.parts.add(part)

    # Roles of the user --------------------------------------------------------------------------

    def may(self, permission: str, access: str = "") -> bool:
        """Return True if the role of the user has a permission (docs/protocol/pimatic.md#roles)."""
        user = self.client.state.user
        return user is not None and user.may(permission, access)

    @property
    def sees_devices(self) -> bool:
        """Return True if the role sees which devices exist."""
        return self.may("devices", "read") or self.may("pages", "read") or bool(self.client.state.devices)

    # Parts and their devices --------------------------------------------------------------------

    def features(self, part: Part) -> tuple[Feature, ...]:
        """Return the features of a part."""
        match part.kind:
            case PartKind.SERVER:
                return SERVER_FEATURES
            case PartKind.DEVICE:
                profile = self.profiles.get(part.id)
                return profile.features if profile else ()
            case PartKind.VARIABLE:
                typed = self.variables.get(part.id)
                return (variable_feature(typed),) if typed and not is_secret_name(part.id) else ()
            case PartKind.RULE:
                if part.id not in self.rule_names:
                    return ()
                return WATCHED_FEATURES if part.id in self.watches else RULE_FEATURES

    @callback
    def remove_stale_devices(self) -> None:
        """Remove devices that were removed on the server while the integration was not connected.

        They stay if the list of devices is empty or malformed: the user's role may hide all devices.
        """
        if "devices" in (whole := self.client.state.whole):
            others = [Part(PartKind.DEVICE, device_id) for device_id in self.without_plugin]
            others += [Part(kind) for kind, name in _LISTS.items() if name not in whole and self._wants(name)]
            self.devices.remove_stale([*self.parts, *others])

    @callback
    def async_forget(self, part: Part) -> bool:
        """Remove a device that a user deletes; return False for one that the server has."""
        if part.kind is not PartKind.DEVICE or part.id in self.client.state.devices:
            return False
        self._remove_device(part.id)
        return True

    @callback
    def remove_earlier_entities(self) -> None:
        """Remove entities of version 1 that have another platform now, of devices that exist.

        All others were migrated to the current unique ids when their platforms were set up.
        """
        registry, entry_id = er.async_get(self.hass), self.config_entry.entry_id
        for entity in er.async_entries_for_config_entry(registry, entry_id):
            if entity.unique_id.startswith(f"{entry_id}{SEPARATOR}"):
                continue
            part = self.devices.part_of(entity.device_id) if entity.device_id else None
            if part is not None and part.id in self.profiles and part.id not in self.without_plugin:
                registry.async_remove(entity.entity_id)

    def _group_name(self, device_id: str) -> str | None:
        group = self.client.state.group_of(device_id)
        return group.name if group else None

    def _device_of(self, device_id: str) -> AnyDeviceEntry:
        return self.devices.get(Part(PartKind.DEVICE, device_id))

    def device_info(self, part: Part) -> DeviceInfo:
        """Return the device information of a part; only the identifiers if the part was removed."""
        entry = self.config_entry
        suffix = _IDENTIFIED.get(part.kind, part.id)
        info = DeviceInfo(
            identifiers={(DOMAIN, f"{entry.entry_id}_{suffix}" if suffix else entry.entry_id)},
            manufacturer=MANUFACTURER,
        )
        if part.kind is PartKind.SERVER:
            info["name"] = entry.title
            info["model"] = "pimatic server"
            info["entry_type"] = DeviceEntryType.SERVICE
            info["configuration_url"] = str(base_url(entry.data))
            return info
        info["via_device_id"] = self.devices.get(SERVER).id
        info["configuration_url"] = str(base_url(entry.data).with_fragment(_FRONTEND_PAGES[part.kind]))
        if part.kind is not PartKind.DEVICE:
            info["translation_key"] = f"{part.kind}s"
            info["model"] = _MODELS[part.kind]
            info["translation_placeholders"] = {"server": entry.title}
            info["entry_type"] = DeviceEntryType.SERVICE
        elif (profile := self.profiles.get(part.id)) is not None:
            info["name"] = profile.device.name
            info["model"] = profile.device.config.device_class
            info["model_id"] = part.id
            if group := self.areas.area_of(part.id):
                info["suggested_area"] = group
        return info

    # Commands -----------------------------------------------------------------------------------

    async def async_act(self, device_id: str, action: str, **params: Any) -> Any:
        """Call a device's action; the server reports the new state as an event.

        Raises ServiceValidationError for invalid parameters, HomeAssistantError for other errors.
        """
        if not self.may("controlDevices"):
            raise self._error("no_control", user=self.config_entry.data[CONF_USERNAME])
        if (profile := self.profiles.get(device_id)) is None:
            raise self._error("unknown_device")  # it has just been removed on the server
        return await self.async_call(self.client.call_device(profile.device, action, params))

    @override
    def error_for(self, error: PushError) -> HomeAssistantError:
        match error:
            case PermissionDenied():
                return self._error("no_permission", user=self.config_entry.data[CONF_USERNAME])
            case ParameterInvalid():
                return ServiceValidationError(
                    translation_domain=DOMAIN, translation_key=error.key, translation_placeholders=error.placeholders
                )
            case ActionTextRefused():
                return self._error("action_text_refused", reason=error.detail.partition("\n")[0][:200])
            case Refused():
                LOGGER.debug("%s refused a call: %s", self.name, error.detail)
                return self._error("refused")
        return super().error_for(error)

    def _error(self, key: str, **placeholders: str) -> HomeAssistantError:
        return HomeAssistantError(
            translation_domain=DOMAIN, translation_key=key, translation_placeholders=placeholders or None
        )


def _keys_of(device: Device) -> list[Key]:
    """Return the keys of a device's attributes."""
    return [(device.id, attribute.name) for attribute in device.attributes]

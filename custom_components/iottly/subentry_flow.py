"""The subentry flows of command entities."""

from collections.abc import Mapping
from typing import Any, ClassVar, override

from homeassistant.config_entries import SOURCE_RECONFIGURE, ConfigEntryState, SubentryFlowResult
from homeassistant.const import CONF_NAME
from homeassistant.helpers.selector import (
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    ObjectSelector,
    SelectOptionDict,
    Selector,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
)
import voluptuous as vol

from .api import InvalidCommand, command_values
from .common.flow import PushSubentryFlow
from .const import (
    CONF_BOARD,
    CONF_CMD_TYPE,
    CONF_HIGHEST,
    CONF_LEVEL_KEY,
    CONF_MAX,
    CONF_MIN,
    CONF_OPTION,
    CONF_STATE_KEY,
    CONF_STATE_ON,
    CONF_STEP,
    CONF_UNIT,
    CONF_VALUES,
    CONF_VALUES_CLOSE,
    CONF_VALUES_OFF,
    CONF_VALUES_ON,
    CONF_VALUES_OPEN,
    CONF_VALUES_STOP,
)
from .coordinator import IottlyConfigEntry, IottlyCoordinator
from .message_store import Fact, Key

type Fields = dict[vol.Marker, Selector[Any] | vol.All]

# More is infinite, which cannot be stored.
LARGEST = 1e15


def number_box(least: float = -LARGEST, most: float = LARGEST) -> vol.All:
    """Return a field for a number of this range."""
    config = NumberSelectorConfig(mode=NumberSelectorMode.BOX, step="any")
    if least != -LARGEST:
        config["min"] = least
    if most != LARGEST:
        config["max"] = most
    # The selector takes NaN for a number of every range.
    return vol.All(NumberSelector(config), vol.Range(least, most))


def _texts(*names: str) -> Fields:
    return {vol.Optional(name): TextSelector() for name in names}


def _commands(*names: str) -> Fields:
    """Return the fields for the options and values of commands."""
    return {vol.Optional(name): ObjectSelector() for name in names}


class CommandFlow(PushSubentryFlow):
    """The flow of one command entity: a name, a board, a command type and what the kind of entity needs."""

    fields: ClassVar[Fields]
    needs_option: ClassVar[bool] = False
    # Two opposite commands; an option for a number can replace them.
    ways: ClassVar[tuple[str, str] | None] = None

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Add one."""
        return await self._async_form("user", user_input, {})

    async def async_step_reconfigure(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Change one."""
        subentry = self._get_reconfigure_subentry()
        return await self._async_form("reconfigure", user_input, {CONF_NAME: subentry.title, **subentry.data})

    async def _async_form(
        self, step: str, user_input: dict[str, Any] | None, known: Mapping[str, Any]
    ) -> SubentryFlowResult:
        entry: IottlyConfigEntry = self._get_entry()
        if entry.state is not ConfigEntryState.LOADED:
            return self.async_abort(reason="entry_not_loaded")
        errors: dict[str, str] = {}
        if user_input is not None:
            errors = self._check(user_input)
            if not errors:
                return self._finish(user_input)
        schema = vol.Schema(
            {
                vol.Required(CONF_NAME): TextSelector(),
                vol.Required(CONF_BOARD): _board_selector(entry.runtime_data),
                vol.Required(CONF_CMD_TYPE): TextSelector(),
                **self.fields,
            }
        )
        return self.async_show_form(
            step_id=step,
            data_schema=self.add_suggested_values_to_schema(schema, user_input or known),
            errors=errors,
        )

    def _check(self, user_input: dict[str, Any]) -> dict[str, str]:
        """Return the errors by field."""
        if not user_input[CONF_NAME].strip():
            return {CONF_NAME: "no_name"}
        cmd_type = user_input[CONF_CMD_TYPE] = user_input[CONF_CMD_TYPE].strip()
        for field in (one.schema for one, selector in self.fields.items() if isinstance(selector, ObjectSelector)):
            values = user_input.get(field) or {}
            if not isinstance(values, dict):
                return {field: "not_an_object"}
            try:
                command_values(cmd_type, {str(name): value for name, value in values.items()})
            except InvalidCommand as invalid:
                return {CONF_CMD_TYPE if invalid.reason == InvalidCommand.NO_CMD_TYPE else field: invalid.reason}
        return self._check_option(user_input, cmd_type) or self._check_ways(user_input)

    def _check_option(self, user_input: dict[str, Any], cmd_type: str) -> dict[str, str]:
        """Return the errors of the option for a number."""
        option = user_input.get(CONF_OPTION, "").strip()
        if not option:
            user_input.pop(CONF_OPTION, None)
            return {CONF_OPTION: "no_option"} if self.needs_option else {}
        user_input[CONF_OPTION] = option
        try:
            command_values(cmd_type, {option: 1})
        except InvalidCommand as invalid:
            return {CONF_OPTION: invalid.reason}
        return {}

    def _check_ways(self, user_input: Mapping[str, Any]) -> dict[str, str]:
        """Return the errors of the two opposite commands."""
        if self.ways is None or user_input.get(CONF_OPTION):
            return {}
        there, back = self.ways
        if not (user_input.get(there) and user_input.get(back)):
            return {there: "no_values"}
        return {back: "same_values"} if user_input[there] == user_input[back] else {}

    def _finish(self, user_input: dict[str, Any]) -> SubentryFlowResult:
        data = {name: value for name, value in user_input.items() if value not in (None, "")}
        title = data.pop(CONF_NAME).strip()
        if self.source == SOURCE_RECONFIGURE:
            return self.async_update_and_abort(
                self._get_entry(), self._get_reconfigure_subentry(), title=title, data=data
            )
        return self.async_create_entry(title=title, data=data)


class CommandButtonFlow(CommandFlow):
    """A button that sends one command."""

    fields = _commands(CONF_VALUES)


class CommandSwitchFlow(CommandFlow):
    """A switch that sends one of two commands, and may read its state from a key of the board's messages."""

    fields = {**_commands(CONF_VALUES_ON, CONF_VALUES_OFF), **_texts(CONF_STATE_KEY, CONF_STATE_ON)}

    @override
    def _check(self, user_input: dict[str, Any]) -> dict[str, str]:
        """Check also that the two commands differ."""
        if errors := super()._check(user_input):
            return errors
        if (user_input.get(CONF_VALUES_ON) or {}) == (user_input.get(CONF_VALUES_OFF) or {}):
            return {CONF_VALUES_OFF: "same_values"}
        return {}


class CommandLightFlow(CommandFlow):
    """A light that commands switch, dim, or both."""

    fields = {
        **_commands(CONF_VALUES_ON, CONF_VALUES_OFF),
        **_texts(CONF_OPTION),
        vol.Required(CONF_HIGHEST, default=255): number_box(1, 65535),
        **_texts(CONF_STATE_KEY, CONF_STATE_ON, CONF_LEVEL_KEY),
    }
    ways = (CONF_VALUES_ON, CONF_VALUES_OFF)


class CommandCoverFlow(CommandFlow):
    """A cover that commands open and close, move to a position, or both."""

    fields = {
        **_commands(CONF_VALUES_OPEN, CONF_VALUES_CLOSE, CONF_VALUES_STOP),
        **_texts(CONF_OPTION, CONF_STATE_KEY, CONF_STATE_ON, CONF_LEVEL_KEY),
    }
    ways = (CONF_VALUES_OPEN, CONF_VALUES_CLOSE)


class CommandNumberFlow(CommandFlow):
    """A number that a command sets."""

    fields = {
        vol.Required(CONF_OPTION): TextSelector(),
        **_commands(CONF_VALUES),
        vol.Required(CONF_MIN, default=0): number_box(),
        vol.Required(CONF_MAX, default=100): number_box(),
        vol.Required(CONF_STEP, default=1): number_box(0.001),
        **_texts(CONF_UNIT, CONF_STATE_KEY),
    }
    needs_option = True

    @override
    def _check(self, user_input: dict[str, Any]) -> dict[str, str]:
        """Check also that there is a number to choose."""
        if errors := super()._check(user_input):
            return errors
        return {CONF_MAX: "no_range"} if user_input[CONF_MAX] <= user_input[CONF_MIN] else {}


def _board_selector(coordinator: IottlyCoordinator) -> SelectSelector:
    """Return a selector of the boards by name."""
    boards = (coordinator.data[Key(board, Fact.BOARD)] for board in coordinator.boards)
    return SelectSelector(
        SelectSelectorConfig(
            options=[SelectOptionDict(value=board.id, label=board.name or board.id) for board in boards],
            mode=SelectSelectorMode.DROPDOWN,
        )
    )

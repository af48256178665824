"""Set up a project, renew its token, move it to another address; options; command entities."""

from collections.abc import Callable
import re
from typing import Any, override

from homeassistant.components.webhook import async_generate_id
from homeassistant.config_entries import ConfigFlowResult, ConfigSubentryFlow
from homeassistant.const import CONF_TOKEN, CONF_WEBHOOK_ID
from homeassistant.core import callback
from homeassistant.helpers.selector import BooleanSelector, TextSelector, TextSelectorConfig, TextSelectorType
import voluptuous as vol
from yarl import URL

from .api import DEFAULT_BASE_URL, NoPermission, NoRoute, NotFound, parse_id
from .common.client.errors import AuthFailed, InvalidAnswer, PushError
from .common.flow import (
    PASSWORD,
    CredentialsFlow,
    ErrorRow,
    Fields,
    PushOptionsFlow,
    errors_of,
    form_values,
    parse_address,
    parse_secret,
    whole_number,
)
from .const import (
    CONF_BASE_URL,
    CONF_PROJECT_ID,
    DEFAULT_ANSWER_SECONDS,
    DEFAULT_POLL_INTERVAL,
    DOMAIN,
    HEADER_AUTH,
    HEADER_DEVICE,
    OPTION_ANSWER_SECONDS,
    OPTION_POLL_INTERVAL,
    OPTION_WEBHOOK,
    OPTION_WEBHOOK_AUTH,
    SUBENTRY_BUTTON,
    SUBENTRY_COVER,
    SUBENTRY_LIGHT,
    SUBENTRY_NUMBER,
    SUBENTRY_SWITCH,
)
from .coordinator import IottlyConfigEntry, client_from
from .subentry_flow import CommandButtonFlow, CommandCoverFlow, CommandLightFlow, CommandNumberFlow, CommandSwitchFlow
from .webhook import async_webhook_url

PROJECT: Fields = {vol.Required(CONF_PROJECT_ID): TextSelector()}
TOKEN: Fields = {vol.Required(CONF_TOKEN): PASSWORD}
ADDRESS: Fields = {
    vol.Required(CONF_BASE_URL, default=DEFAULT_BASE_URL): TextSelector(TextSelectorConfig(type=TextSelectorType.URL))
}
# By step. An entry keeps its token if the input has none.
FORMS = {
    "user": vol.Schema({**PROJECT, **TOKEN, **ADDRESS}),
    "reconfigure": vol.Schema({**PROJECT, vol.Optional(CONF_TOKEN): PASSWORD, **ADDRESS}),
}
OPTIONS = vol.Schema(
    {
        vol.Required(OPTION_WEBHOOK, default=True): BooleanSelector(),
        vol.Optional(OPTION_WEBHOOK_AUTH): PASSWORD,
        vol.Required(OPTION_POLL_INTERVAL, default=DEFAULT_POLL_INTERVAL): whole_number(15, 3600, "s"),
        vol.Required(OPTION_ANSWER_SECONDS, default=DEFAULT_ANSWER_SECONDS): whole_number(1, 120, "s"),
    }
)

ERRORS = (
    ErrorRow(NoPermission, CONF_PROJECT_ID, "no_permission"),
    ErrorRow(AuthFailed, CONF_TOKEN, "invalid_auth"),
    ErrorRow(NoRoute, CONF_BASE_URL, "not_iottly"),
    ErrorRow(NotFound, CONF_PROJECT_ID, "no_project"),
    ErrorRow(InvalidAnswer, CONF_BASE_URL, "not_iottly"),
    ErrorRow(PushError, "base", "cannot_connect"),
)
_PROJECT_ID = re.compile(r"(?<![0-9a-f])[0-9a-f]{24}(?![0-9a-f])", re.IGNORECASE)


def parse_base_url(text: str) -> URL:
    """Return the base URL of the API from the user's input, in which the scheme and `/v1.0` may be missing.

    Raises ValueError if it is not an HTTP address, or has credentials in it.
    """
    address = parse_address(text)
    if address.scheme not in (None, "http", "https"):
        raise ValueError("not an HTTP address")
    path = address.path or "/v1.0"
    if not path.isprintable() or ".." in path.split("/"):
        raise ValueError("not an HTTP address")
    return URL.build(scheme=address.scheme or "https", host=address.host, port=address.port, path=path)


def parse_project_id(text: str) -> str:
    """Return a project's id, also from the dashboard's address. Raises ValueError if there is none."""
    text = text.strip()
    if "/" in text and (found := _PROJECT_ID.search(text)):
        return found[0]
    if (project := parse_id(text)) is None:
        raise ValueError("not a project's id")
    return project


# The parser of each field, and the error if it fails.
PARSERS: tuple[tuple[str, Callable[[str], Any], str], ...] = (
    (CONF_PROJECT_ID, parse_project_id, "invalid_project"),
    (CONF_TOKEN, parse_secret, "invalid_text"),
    (CONF_BASE_URL, parse_base_url, "invalid_url"),
)


class IottlyConfigFlow(CredentialsFlow, domain=DOMAIN):
    """The flow of one project."""

    VERSION = 1
    MINOR_VERSION = 1

    another = "another_project"
    credentials = vol.Schema(TOKEN)
    secrets = (CONF_TOKEN,)

    @staticmethod
    @callback
    @override
    def async_get_options_flow(config_entry: IottlyConfigEntry) -> IottlyOptionsFlow:
        return IottlyOptionsFlow()

    @classmethod
    @callback
    @override
    def async_get_supported_subentry_types(cls, config_entry: IottlyConfigEntry) -> dict[str, type[ConfigSubentryFlow]]:
        """Return the subentry flows of command entities."""
        return {
            SUBENTRY_BUTTON: CommandButtonFlow,
            SUBENTRY_SWITCH: CommandSwitchFlow,
            SUBENTRY_LIGHT: CommandLightFlow,
            SUBENTRY_COVER: CommandCoverFlow,
            SUBENTRY_NUMBER: CommandNumberFlow,
        }

    # By hand ------------------------------------------------------------------------------------

    @override
    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for project and token."""
        return await self._async_project_form("user", user_input)

    async def async_step_reconfigure(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for a new address or token of a project that is set up."""
        return await self._async_project_form("reconfigure", user_input)

    async def _async_project_form(self, step: str, user_input: dict[str, Any] | None) -> ConfigFlowResult:
        errors: dict[str, str] = {}
        entry = self._own_entry()
        known = dict(entry.data) if entry is not None else {}
        if user_input is not None:
            self._data = {**known, **user_input}
            if not (errors := await self._async_check_credentials()):
                return await self._async_finish()
        return self._async_show(step, FORMS[step], form_values(user_input, known, self.secrets, errors), errors)

    # The end of each way ------------------------------------------------------------------------

    @override
    async def _async_check_credentials(self) -> dict[str, str]:
        """Read the project; set the unique id, or return the errors."""
        data = dict(self._data)
        errors: dict[str, str] = {}
        for field, parse, error in PARSERS:
            try:
                data[field] = str(parse(data[field]))
            except ValueError:
                errors[field] = error
        if errors:
            return errors
        self._data = data
        client = client_from(self.hass, data)
        try:
            await client.ping()
            project = await client.project()
        except PushError as error:
            return errors_of(error, ERRORS)
        self._title = project.name
        await self.async_set_unique_id(project.id, raise_on_progress=False)
        return {}

    @override
    async def _async_finish(self) -> ConfigFlowResult:
        if self._own_entry() is not None:
            return self._async_save(self._title)
        self._abort_if_unique_id_configured()
        webhook_id = async_generate_id()
        url = await async_webhook_url(self.hass, webhook_id)
        # Home Assistant Cloud takes its time for it, and a new entry would take the place of one that came meanwhile.
        self._abort_if_unique_id_configured()
        return self.async_create_entry(
            title=self._title,
            data={**self._data, CONF_WEBHOOK_ID: webhook_id},
            description_placeholders={"url": url, "header": HEADER_DEVICE},
        )


class IottlyOptionsFlow(PushOptionsFlow):
    """The options: the webhook (with its URL), the poll interval, and the time for answers."""

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for the options."""
        errors: dict[str, str] = {}
        if user_input is not None:
            try:
                if user_input.get(OPTION_WEBHOOK_AUTH):
                    user_input[OPTION_WEBHOOK_AUTH] = parse_secret(user_input[OPTION_WEBHOOK_AUTH])
                return self._async_keep(user_input)
            except ValueError:
                errors[OPTION_WEBHOOK_AUTH] = "invalid_text"
        return self.async_show_form(
            step_id="init",
            data_schema=self.add_suggested_values_to_schema(OPTIONS, user_input or self.config_entry.options),
            errors=errors,
            description_placeholders={
                "url": await async_webhook_url(self.hass, self.config_entry.data[CONF_WEBHOOK_ID]),
                "header": HEADER_DEVICE,
                "secret_header": HEADER_AUTH,
            },
        )

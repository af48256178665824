"""The 84 actions of the server's API, as data (docs/protocol/pimatic.md#api-actions).

Each line has: name | method and path ("-": socket only) | parameters, with `?` if optional | name of the result |
permission: a scope with its access, `action:` with a flag, or none.
"""

from dataclasses import dataclass

# The parameters that are not texts. The server checks numbers, booleans and the properties of a rule
# (docs/protocol/pimatic.md#parameters).
NUMBERS = frozenset({"time", "position"})
BOOLEANS = frozenset({"force", "simulate", "logging", "active"})
OBJECTS = frozenset({"rule", "criteria", "config", "deviceConfig", "group", "page"})

TABLE = """\
getGuiSettings | GET /api/config/settings/gui | - | guiSettings | none
restart | POST /api/restart | - | void | action:restart
getConfig | GET /api/config | password? | config | config:read
updateConfig | POST /api/config | config | - | config:write
addRuleByString | POST /api/rules/:ruleId | ruleId, rule, force? | - | rules:write
updateRuleByString | PATCH /api/rules/:ruleId | ruleId, rule | - | rules:write
removeRule | DELETE /api/rules/:ruleId | ruleId | - | rules:write
getRules | GET /api/rules | - | rules | rules:write
getRuleById | GET /api/rules/:ruleId | ruleId | rule | rules:read
getRuleActionsHints | POST /api/rules-parser/get-actions-hints | actionsInput | hints | rules:read
getRuleConditionHints | POST /api/rules-parser/get-condition-hints | conditionInput | hints | rules:read
getPredicatePresets | GET /api/rules-parser/get-predicate-presets | - | presets | rules:read
getPredicateInfo | GET /api/rules-parser/get-predicate-info | input, predicateProviderClass? | result | rules:read
executeAction | POST /api/execute-action | actionString, simulate?, logging? | message | rules:write
updateRuleOrder | POST /api/rules | ruleOrder | ruleOrder | rules:write
getVariables | GET /api/variables | - | variables | variables:read
updateVariable | PATCH /api/variables/:name | name, type, valueOrExpression, unit? | variable | variables:write
addVariable | POST /api/variables/:name | name, type, valueOrExpression, unit? | variable | variables:write
getVariableByName | GET /api/variables/:name | name | variable | variables:read
removeVariable | DELETE /api/variables/:name | name | variable | variables:write
updateVariableOrder | POST /api/variables | variableOrder | variableOrder | variables:write
getInstalledPluginsWithInfo | GET /api/plugins | - | plugins | plugins:read
searchForPluginsWithInfo | GET /api/available-plugins | - | plugins | plugins:read
getOutdatedPlugins | GET /api/outdated-plugins | - | outdatedPlugins | updates:read
isPimaticOutdated | GET /api/outdated-pimatic | - | outdated | updates:read
installUpdatesAsync | POST /api/update-async | modules | status | updates:write
uninstallPlugin | DELETE /api/plugins/:name | name | - | updates:write
removePluginFromConfig | DELETE /api/config/plugins | pluginName | removed | plugins:write
setPluginActivated | POST /api/config/plugins-active | pluginName, active | pluginUpdated | plugins:write
getUpdateProcessStatus | GET /api/update-process | - | info | updates:none
getPluginConfigSchema | GET /api/plugin-config-schema/:pluginName | pluginName | configSchema | plugins:read
getPluginConfig | GET /api/plugin-config/:pluginName | pluginName | config | plugins:read
updatePluginConfig | POST /api/plugin-config/:pluginName | pluginName, config | - | plugins:write
doesRequireRestart | GET /api/restart-required | - | restartRequired | plugins:read
queryMessages | GET /api/database/messages | criteria? | messages | messages:read
deleteMessages | DELETE /api/database/messages | criteria? | - | messages:write
addDeviceAttributeLogging | - | deviceId, attributeName, time | - | events:read
queryMessagesTags | GET /api/database/messages/tags | criteria? | tags | messages:read
queryMessagesCount | GET /api/database/messages/count | criteria? | count | messages:read
queryDeviceAttributeEvents | GET /api/database/device-attributes/ | criteria? | events | events:read
queryDeviceAttributeEventsCount | GET /api/database/device-attributes/count | - | count | events:read
queryDeviceAttributeEventsCounts | GET /api/database/device-attributes/counts | - | counts | events:read
queryDeviceAttributeEventsDevices | GET /api/database/device-attributes/devices | - | devices | events:read
queryDeviceAttributeEventsInfo | GET /api/database/device-attributes-info | - | deviceAttributes | events:read
querySingleDeviceAttributeEvents | GET /api/database/device-attributes/:deviceId/:attributeName | deviceId, attributeName, criteria? | events | events:read
getDeviceAttributeLogging | - | - | attributeLogging | events:read
setDeviceAttributeLogging | - | attributeLogging | - | events:write
getDeviceAttributeLoggingTime | - | deviceId, attributeName | timeInfo | events:read
runVacuum | GET /api/database/vacuum | - | - | database:write
checkDatabase | GET /api/database/check | - | problems | database:write
deleteDeviceAttribute | DELETE /api/database/device-attribute/by-id | id | - | database:write
updateDeviceAttribute | PATCH /api/database/device-attribute/by-id | id | - | database:write
getGroups | GET /api/groups | - | groups | groups:read
removeGroup | DELETE /api/groups/:groupId | groupId | removed | groups:write
addGroup | POST /api/groups/:groupId | groupId, group | group | groups:write
updateGroup | PATCH /api/groups/:groupId | groupId, group | group | groups:write
addDeviceToGroup | POST /api/groups/:groupId/devices/:deviceId | groupId, deviceId | deviceItem | groups:write
removeDeviceFromGroup | DELETE /api/groups/:groupId/devices/:deviceId | groupId, deviceId | group | groups:write
addRuleToGroup | POST /api/groups/:groupId/rules/:ruleId | groupId, ruleId, position? | group | rules:write
removeRuleFromGroup | DELETE /api/groups/:groupId/rules/:ruleId | groupId, ruleId | group | rules:write
updateRuleGroupOrder | POST /api/groups/:groupId/rules | groupId, ruleOrder | group | rules:write
addVariableToGroup | POST /api/groups/:groupId/variables/:variableName | groupId, variableName, position? | group | variables:write
updateDeviceGroupOrder | POST /api/groups/:groupId/devices | groupId, deviceOrder | group | devices:write
removeVariableFromGroup | DELETE /api/groups/:groupId/variables/:variableName | groupId, variableName | group | variables:write
updateVariableGroupOrder | POST /api/groups/:groupId/variables | groupId, variableOrder | group | variables:write
updateGroupOrder | POST /api/groups | groupOrder | groupOrder | groups:write
getPages | GET /api/pages | - | pages | pages:read
getPageById | GET /api/pages/:pageId | pageId | page | pages:read
removePage | DELETE /api/pages/:pageId | pageId | removed | pages:write
addPage | POST /api/pages/:pageId | pageId, page | page | pages:write
updatePage | PATCH /api/pages/:pageId | pageId, page | page | pages:write
addDeviceToPage | POST /api/pages/:pageId/devices/:deviceId | pageId, deviceId | page | pages:write
removeDeviceFromPage | DELETE /api/pages/:pageId/devices/:deviceId | pageId, deviceId | page | pages:write
updatePageOrder | POST /api/pages | pageOrder | pageOrder | pages:write
getDevices | GET /api/devices | - | devices | devices:read
getDeviceById | GET /api/devices/:deviceId | deviceId | device | devices:read
updateDeviceOrder | POST /api/devices | deviceOrder | deviceOrder | devices:write
getDeviceClasses | GET /api/device-class | - | deviceClasses | devices:read
getDeviceConfigSchema | GET /api/device-class/:className | className | configSchema | devices:read
addDeviceByConfig | POST /api/device-config | deviceConfig | device | devices:write
updateDeviceByConfig | PATCH /api/device-config | deviceConfig | device | devices:write
removeDevice | DELETE /api/device-config/:deviceId | deviceId | device | devices:write
discoverDevices | POST /api/discover-devices | time? | - | devices:write
callDeviceAction | GET /api/device/:deviceId/:actionName | deviceId, actionName | - | action:controlDevices
"""


@dataclass(frozen=True, slots=True)
class ApiAction:
    """An action; `parameters` maps each name to True if it is optional."""

    name: str
    method: str
    path: str
    parameters: dict[str, bool]
    result: str
    permission: tuple[str, str] | None


def _parse(line: str) -> ApiAction:
    name, rest, parameters, result, permission = (part.strip() for part in line.split("|"))
    method, _, path = rest.partition(" ")
    scope, _, access = permission.partition(":")
    return ApiAction(
        name=name,
        method=method if path else "",
        path=path,
        parameters={
            part.strip().rstrip("?"): part.strip().endswith("?")
            for part in parameters.split(",")
            if part.strip() != "-"
        },
        result="" if result == "-" else result,
        permission=(scope, access) if access else None,
    )


ACTIONS: dict[str, ApiAction] = {
    action.name: action for action in (_parse(line) for line in TABLE.strip().splitlines())
}

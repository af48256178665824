// The page of Home Assistant has nested shadow roots, which all functions here search.
(() => {
  const walk = function* (node) {
    for (const element of node.children ?? []) {
      yield element;
      if (element.shadowRoot) yield* walk(element.shadowRoot);
      yield* walk(element);
    }
  };
  const root = () => document.querySelector("home-assistant");
  const all = () => walk(document.body);
  const find = (test) => [...all()].find(test);

  const isShown = (element) => {
    const box = element.getBoundingClientRect();
    return box.width > 0 && box.height > 0 && getComputedStyle(element).visibility !== "hidden";
  };

  // Only the direct text nodes of visible elements, because the text of an element includes that of its children.
  const texts = () =>
    [...all()]
      .filter((element) => !["SCRIPT", "STYLE"].includes(element.tagName) && isShown(element))
      .flatMap((element) =>
        [...element.childNodes, ...(element.shadowRoot?.childNodes ?? [])]
          .filter((node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim())
          .map((node) => node.textContent.trim().replace(/\s+/g, " ")),
      );

  window.e2e = {
    hass: () => root().hass,
    call: (message) => root().hass.callWS(message),
    state: (entity) => root().hass.states[entity]?.state ?? "",
    field: (name) => find((element) => element.schema?.name === name && isShown(element)),
    // Collect all future states of an entity on this page.
    collect: async (entity) => {
      const states = (window.e2e.collected = []);
      const add = ({ data }) => {
        if (data.entity_id === entity && data.new_state?.state !== data.old_state?.state) states.push(data.new_state?.state ?? "");
      };
      await root().hass.connection.subscribeEvents(add, "state_changed");
    },
    tile: (entity) => find((element) => element.tagName === "HUI-TILE-CARD" && element._config?.entity === entity),
    step: () => find((element) => element.tagName.startsWith("STEP-FLOW-") && element.step)?.step ?? null,
    bottoms: (tag) => [...all()].filter((one) => one.localName === tag && isShown(one)).map((one) => one.getBoundingClientRect().bottom),
    overflows: () => document.documentElement.scrollWidth > window.innerWidth,
    texts,
    // An icon that does not exist has no path.
    missingIcons: () =>
      [...all()]
        .filter((element) => element.tagName === "HA-ICON" && element.icon && isShown(element))
        .filter((element) => !element.shadowRoot?.querySelector("ha-svg-icon")?.path)
        .map((element) => element.icon),
  };
})();

"""The directory of the demo, with the configuration of Home Assistant."""

import fcntl
import json
from pathlib import Path
import shutil
from typing import IO

from .errors import DemoError
from .requirements import COMPONENTS
from .vendors import REPOSITORY

CONFIGURATION = """# Written by script/demo at every start.
homeassistant:
  name: Demo
  latitude: 48.1
  longitude: 9.4
  elevation: 500
  unit_system: metric
  currency: EUR
  country: DE
  time_zone: Europe/Berlin
  internal_url: {url}
  external_url: {url}

logger:
  default: warning
  logs:
    custom_components: info
    homeassistant.util.package: info
    homeassistant.loader: error

automation: !include automations.yaml
scene: !include scenes.yaml
script: !include scripts.yaml

{components}
"""
# The files of Home Assistant's editors.
EDITED = ("automations.yaml", "scenes.yaml", "scripts.yaml")


class Directory:
    """The directory of the demo, with a lock, logs and the configuration directory."""

    def __init__(self, path: Path, *, packages: bool = False) -> None:
        """Initialize with a path, which may not exist yet; `packages` uses the packages in dist/."""
        self.path = path
        self._packages = packages
        self._lock: IO[str] | None = None

    @property
    def config(self) -> Path:
        """The configuration directory of Home Assistant."""
        return self.path / "config"

    @property
    def log(self) -> Path:
        """The log of Home Assistant."""
        return self.config / "home-assistant.log"

    def take(self) -> None:
        """Create and lock the directory. Raises DemoError if another demo uses it."""
        self.path.mkdir(parents=True, exist_ok=True)
        self._lock = (self.path / "lock").open("w")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise DemoError("a demo with this directory is already running; stop it first") from None

    def wipe(self) -> None:
        """Delete the files of earlier runs."""
        for entry in self.path.iterdir():
            if entry.is_dir():
                shutil.rmtree(entry)
            elif entry.name != "lock":
                entry.unlink()

    def write(self, *, host: str, port: int, url: str) -> None:
        """Write the configuration of Home Assistant."""
        self.config.mkdir(exist_ok=True)
        components = "\n".join(f"{component}:" for component in COMPONENTS)
        (self.config / "configuration.yaml").write_text(
            CONFIGURATION.format(url=url, components=components), encoding="utf-8"
        )
        for name in EDITED:
            (self.config / name).touch()
        self._link_custom_components()
        if (blueprints := REPOSITORY / "blueprints").exists():
            # Copied, because Home Assistant does not follow links here, and adds its own blueprints.
            shutil.copytree(blueprints, self.config / "blueprints", dirs_exist_ok=True)
        storage = self.config / ".storage"
        storage.mkdir(exist_ok=True)
        # In the first format of this file, in which Home Assistant regards the settings as confirmed.
        http = {"server_host": [host], "server_port": port}
        (storage / "http").write_text(json.dumps({"version": 1, "minor_version": 1, "key": "http", "data": http}))
        # The step core_config is marked as done, because it would set up integrations that use the internet.
        if not (onboarding := storage / "onboarding").exists():
            data = {"version": 4, "minor_version": 1, "key": "onboarding", "data": {"done": ["core_config"]}}
            onboarding.write_text(json.dumps(data))

    def _link_custom_components(self) -> None:
        """Link the integrations of the vendors and those of the demo."""
        links = self.config / "custom_components"
        if links.is_symlink():
            links.unlink()
        links.mkdir(exist_ok=True)
        for link in links.iterdir():
            if link.is_symlink():
                link.unlink()
        for source in (*self._sources(), REPOSITORY / "demo" / "integrations"):
            for integration in source.iterdir():
                if (integration / "manifest.json").exists():
                    (links / integration.name).symlink_to(integration, target_is_directory=True)

    def _sources(self) -> list[Path]:
        """Return the directories with the integrations of the vendors. Raises DemoError without packages."""
        if not self._packages:
            return [REPOSITORY / "custom_components"]
        packages = sorted((REPOSITORY / "dist").glob("*/custom_components"))
        if not packages:
            raise DemoError("dist/ has no packages: run script/package first")
        return packages

"""The subjects of experiments: each module has `SUBJECTS` for the endpoints of one vendor."""

import importlib
import pkgutil

from chaos.subject import Subject


def all_subjects() -> tuple[dict[str, Subject], list[str]]:
    """Return the subjects by name, and a message for each vendor that cannot be imported."""
    found: dict[str, Subject] = {}
    missing: list[str] = []
    for module in sorted(module.name for module in pkgutil.iter_modules(__path__)):
        try:
            subjects: tuple[Subject, ...] = importlib.import_module(f"{__name__}.{module}").SUBJECTS
        except ImportError as error:
            missing.append(f"{module} is left out: {error.name or error} cannot be imported")
            continue
        found.update({subject.name: subject for subject in subjects})
    return found, missing

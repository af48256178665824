"""What a branch offers: no route returns it, but a project's groups show what was deployed from it.

Boards in a trial get a new revision first: from then on their branch offers it to the other groups.
"""

from collections.abc import Iterable

from .api import DeploymentGroup

# Of groups and of branches: names that change without end must not be kept without end.
MOST_REVISIONS = 1_000


class Revisions:
    """The newest revision of each branch that was deployed to any group, or that somebody told."""

    def __init__(self) -> None:
        # By group, and by branch.
        self._installed: dict[str, str] = {}
        self._newest: dict[str, str] = {}

    def note(self, groups: Iterable[DeploymentGroup]) -> None:
        """Note what the groups have. A revision that has just been deployed is the newest of its branch."""
        for group in groups:
            if group.branch is None or group.revision is None:
                continue
            before = self._installed.get(group.id)
            if before is not None and before != group.revision:
                _keep(self._newest, group.branch, group.revision)
            _keep(self._installed, group.id, group.revision)

    def offer(self, branch: str, revision: str, *, is_recalled: bool = False) -> None:
        """Note a branch's newest revision: an action named it, or it was known before a restart."""
        if not (is_recalled and branch in self._newest):
            _keep(self._newest, branch, revision)

    def newest(self, group: DeploymentGroup) -> str | None:
        """Return what a group's branch offers: what the group has, where nothing newer is known."""
        return self._newest.get(group.branch or "", group.revision)


def _keep(kept: dict[str, str], key: str, revision: str) -> None:
    """Keep a revision; the one that was noted longest ago goes when there are too many."""
    kept.pop(key, None)
    kept[key] = revision
    if len(kept) > MOST_REVISIONS:
        del kept[next(iter(kept))]

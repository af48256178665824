"""The newest revision of each branch. The API does not return it, but it returns the revision of each group.

A new revision is deployed to a trial group first; after that the other groups of the branch can install it.
"""

from collections.abc import Iterable

from .api import DeploymentGroup

# Of groups and of branches: names that change without end must not be kept without end.
MOST_REVISIONS = 1_000


class Revisions:
    """The newest revision of each branch that was deployed to a group, or set by the action."""

    def __init__(self) -> None:
        # By group, and by branch.
        self._installed: dict[str, str] = {}
        self._newest: dict[str, str] = {}

    def note(self, groups: Iterable[DeploymentGroup]) -> None:
        """Update from the groups: a revision that has just been deployed is the newest of its branch."""
        for group in groups:
            if group.branch is None or group.revision is None:
                continue
            before = self._installed.get(group.id)
            if before is not None and before != group.revision:
                _keep(self._newest, group.branch, group.revision)
            _keep(self._installed, group.id, group.revision)

    def offer(self, branch: str, revision: str, *, is_recalled: bool = False) -> None:
        """Set a branch's newest revision: from the action, or from before a restart (`is_recalled`)."""
        if not (is_recalled and branch in self._newest):
            _keep(self._newest, branch, revision)

    def newest(self, group: DeploymentGroup) -> str | None:
        """Return the newest revision of a group's branch, or the group's own if no newer one is known."""
        return self._newest.get(group.branch or "", group.revision)


def _keep(kept: dict[str, str], key: str, revision: str) -> None:
    """Keep a revision; the one that was noted longest ago goes when there are too many."""
    kept.pop(key, None)
    kept[key] = revision
    if len(kept) > MOST_REVISIONS:
        del kept[next(iter(kept))]

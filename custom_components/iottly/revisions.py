"""The newest revision of each branch. The API does not return it, but it returns the revision of each group.

A new revision is deployed to a trial group first; after that the other groups of the branch can install it.
"""

from collections.abc import Iterable

from .api import DeploymentGroup


class Revisions:
    """The newest revision of each branch that was deployed to a group, or set by the action."""

    def __init__(self) -> None:
        self._installed: dict[str, str] = {}
        self._newest: dict[str, str] = {}

    def note(self, groups: Iterable[DeploymentGroup]) -> None:
        """Update from the groups: a revision that has just been deployed is the newest of its branch."""
        for group in groups:
            if group.branch is None or group.revision is None:
                continue
            before = self._installed.get(group.id)
            if before is not None and before != group.revision:
                self._newest[group.branch] = group.revision
            self._installed[group.id] = group.revision

    def offer(self, branch: str, revision: str, *, is_recalled: bool = False) -> None:
        """Set a branch's newest revision: from the action, or from before a restart (`is_recalled`)."""
        if not (is_recalled and branch in self._newest):
            self._newest[branch] = revision

    def newest(self, group: DeploymentGroup) -> str | None:
        """Return the newest revision of a group's branch, or the group's own if no newer one is known."""
        return self._newest.get(group.branch or "", group.revision)

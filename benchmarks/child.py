"""A measure's own process: memory that was once taken is not given back, and one side must not warm up the other."""

import asyncio
import json
import sys
from typing import Any


async def in_child(module: str, *arguments: str) -> Any:
    """Run a module of the bench with arguments; return the JSON of its last line. Raises RuntimeError if it fails."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, *arguments, stdout=asyncio.subprocess.PIPE
    )
    output, _ = await process.communicate()
    if process.returncode:
        raise RuntimeError(f"{module} {' '.join(arguments)} failed")
    return json.loads(output.splitlines()[-1])

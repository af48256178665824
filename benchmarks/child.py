"""Child processes: Python seldom returns memory to the system, and a measurement would warm the caches of the next."""

import asyncio
import json
import sys
from typing import Any


async def in_child(module: str, *arguments: str) -> Any:
    """Run a module with arguments; return the JSON of the last line that it prints. Raises RuntimeError if it fails."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, *arguments, stdout=asyncio.subprocess.PIPE
    )
    output, _ = await process.communicate()
    if process.returncode:
        raise RuntimeError(f"{module} {' '.join(arguments)} failed")
    return json.loads(output.splitlines()[-1])

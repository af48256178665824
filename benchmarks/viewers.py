"""A process with viewers of a stream: `python -m benchmarks.viewers URL COUNT`.

For each line of stdin it prints the number of bytes that all viewers have received.
"""

import asyncio
import sys

import aiohttp


async def _main(url: str, count: int) -> None:
    got = 0

    async def watch() -> None:
        nonlocal got
        async with session.get(url) as response:
            async for chunk in response.content.iter_any():
                got += len(chunk)

    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(total=None)) as session:
        watching = [asyncio.create_task(watch()) for _ in range(count)]
        while await reader.readline():
            print(got, flush=True)
        for task in watching:
            task.cancel()
        await asyncio.gather(*watching, return_exceptions=True)


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1], int(sys.argv[2])))

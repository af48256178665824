"""The camera of the simulator over real sockets (docs/protocol/rotoclear.md#camera-stream)."""

import asyncio
from collections.abc import AsyncIterator
from io import BytesIO

import aiohttp
from PIL import Image, ImageChops, ImageStat
import pytest

from simulators.rotoclear import SIMULATOR, RotoclearSimulator

LOGIN = {"user": "admin", "password": "secret"}


@pytest.fixture
async def simulator() -> AsyncIterator[RotoclearSimulator]:
    simulator = SIMULATOR(admin_password="secret")
    await simulator.start()
    yield simulator
    await simulator.stop()


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as session:
        yield session


class Viewer:
    """Sets variables and fetches pictures."""

    def __init__(self, session: aiohttp.ClientSession, simulator: RotoclearSimulator) -> None:
        self.session = session
        self.simulator = simulator
        self.url = f"http://127.0.0.1:{simulator.port}"

    async def look(self, **settings: object) -> Image.Image:
        if settings:
            async with self.session.post(f"{self.url}/api", params=LOGIN, json=settings) as answer:
                assert answer.status == 200
        async with self.session.get(f"{self.url}/camera.jpeg", params=LOGIN) as answer:
            assert answer.status == 200
            assert answer.content_type == "image/jpeg"
            return read(await answer.read())

    async def frames(self, count: int, query: dict[str, str] = LOGIN) -> list[bytes]:
        async with self.session.get(f"{self.url}/camera.mjpeg", params=query) as answer:
            assert answer.status == 200
            assert answer.content_type == "multipart/x-mixed-replace"
            return await parts(answer, count)


async def parts(answer: aiohttp.ClientResponse, count: int) -> list[bytes]:
    reader = aiohttp.MultipartReader.from_response(answer)
    frames = []
    for _ in range(count):
        part = await reader.next()
        assert isinstance(part, aiohttp.BodyPartReader)
        assert part.headers["Content-Type"] == "image/jpeg"
        frames.append(bytes(await part.read()))
    return frames


@pytest.fixture
def viewer(session: aiohttp.ClientSession, simulator: RotoclearSimulator) -> Viewer:
    return Viewer(session, simulator)


def read(data: bytes) -> Image.Image:
    image = Image.open(BytesIO(data))
    assert image.format == "JPEG"
    image.load()
    return image


def brightness(image: Image.Image) -> float:
    return ImageStat.Stat(image.convert("L")).mean[0]


def colours(image: Image.Image) -> list[float]:
    return ImageStat.Stat(image).mean


def difference(one: Image.Image, other: Image.Image) -> float:
    return sum(ImageStat.Stat(ImageChops.difference(one, other)).mean)


async def test_the_light_makes_the_picture_brighter(viewer: Viewer) -> None:
    dark = await viewer.look()
    bright = await viewer.look(light0=True)
    assert brightness(bright) > 5 * brightness(dark)
    assert difference(await viewer.look(light0=False), dark) < 0.1
    assert difference(await viewer.look(light1=True), dark) < 0.1


async def test_the_pictures_of_the_heads_differ(viewer: Viewer) -> None:
    first = await viewer.look(light0=True, light1=True)
    second = await viewer.look(cameraSwitch=True)
    assert difference(first, second) > 20
    assert colours(first)[2] > colours(first)[1]
    assert colours(second)[1] > colours(second)[2]


@pytest.mark.parametrize(("resolution", "size"), [("HD", (1280, 720)), ("FullHD", (1920, 1080)), ("4K", (3840, 2160))])
async def test_the_picture_has_the_resolution_of_the_recording(
    viewer: Viewer, resolution: str, size: tuple[int, int]
) -> None:
    assert (await viewer.look(recordingResolution=resolution)).size == size
    assert read((await viewer.frames(1))[0]).size == size


async def test_a_higher_quality_makes_larger_files(viewer: Viewer) -> None:
    await viewer.look(light0=True, recordingPictureQuality=10)
    small = (await viewer.frames(1))[0]
    await viewer.look(recordingPictureQuality=100)
    assert len((await viewer.frames(1))[0]) > 2 * len(small)


async def test_the_alignment_rotates_the_picture(viewer: Viewer) -> None:
    upright = await viewer.look(light0=True)
    turned = await viewer.look(alignmentStream0="1")
    assert difference(turned, upright) > 20
    assert difference(turned.rotate(180), upright) < 6


async def test_a_missing_optical_sensor_mirrors_the_picture(viewer: Viewer) -> None:
    plain = await viewer.look(cameraSwitch=True, light1=True)
    mirrored = await viewer.look(cam1SelectedSensor=1)
    assert difference(mirrored.transpose(Image.Transpose.FLIP_LEFT_RIGHT), plain) < 6
    first = await viewer.look(cameraSwitch=False, light0=True)
    other_sensor = await viewer.look(cam0SelectedSensor=1)
    assert difference(first, other_sensor) > 0


async def test_zoom_and_pan_move_the_picture(viewer: Viewer) -> None:
    wide = await viewer.look(light0=True)
    left = await viewer.look(pan0={"x": -50})
    assert difference(left, wide) > 3
    close = await viewer.look(pan0={"x": 50}, zoom0=10000)
    assert difference(close, left) > 10
    assert difference(await viewer.look(zoom0=-10000), await viewer.look(pan0={"x": -100})) > 3


@pytest.mark.parametrize(("pip", "corner"), [(1, (0, 0)), (2, (1, 0)), (3, (0, 1)), (4, (1, 1))])
async def test_picture_in_picture_shows_the_other_head_in_a_corner(
    viewer: Viewer, pip: int, corner: tuple[int, int]
) -> None:
    without = await viewer.look(light0=True, light1=True)
    box = ImageChops.difference(await viewer.look(pip=pip), without).point(lambda level: 255 * (level > 40)).getbbox()
    assert box is not None
    middle = ((box[0] + box[2]) / 2 > 640, (box[1] + box[3]) / 2 > 360)
    assert middle == corner
    assert box[2] - box[0] < 450
    viewer.simulator.command("detach_head", head=1)
    assert difference(await viewer.look(), without) < 0.1


async def test_time_and_date_are_drawn_into_the_picture(viewer: Viewer) -> None:
    plain = await viewer.look(light0=True)
    boxes = []
    for settings in ({"recordingWithTimeStamp": True}, {"recordingWithDateStamp": True}):
        stamped = await viewer.look(**settings)
        box = ImageChops.difference(stamped, plain).point(lambda level: 255 * (level > 40)).getbbox()
        assert box is not None
        boxes.append(box)
    time_only, both = boxes
    assert time_only[1] > 600
    assert both[2] > time_only[2] * 1.5


async def test_the_settings_of_colours_change_the_picture(viewer: Viewer) -> None:
    plain = await viewer.look(light0=True)
    await viewer.look(redGain=100)
    assert difference(await viewer.look(), plain) < 0.1
    red = await viewer.look(whiteBalance=False, redGain=100)
    assert colours(red)[0] > 1.4 * colours(plain)[0]
    blue = await viewer.look(redGain=0, blueGain=-100)
    assert colours(blue)[2] < 0.5 * colours(plain)[2]
    grey = await viewer.look(blueGain=0, saturation=-7)
    assert max(colours(grey)) - min(colours(grey)) < 2
    hard = await viewer.look(saturation=0, contrast=2.5)
    assert ImageStat.Stat(hard.convert("L")).stddev[0] > 1.3 * ImageStat.Stat(plain.convert("L")).stddev[0]


async def test_exposure_settings_change_the_picture_without_the_automatic(viewer: Viewer) -> None:
    plain = await viewer.look(light0=True)
    longer = await viewer.look(exposure=False, expo=20)
    assert brightness(longer) > 1.2 * brightness(plain)
    darker = await viewer.look(expo=10, brightness=-7)
    assert brightness(darker) < 0.7 * brightness(plain)
    assert difference(await viewer.look(exposure=True), plain) < 0.1


async def test_drops_stay_on_a_disk_that_does_not_turn(viewer: Viewer) -> None:
    clear = await viewer.look(light0=True)
    assert difference(await viewer.look(dictRotation0=False), clear) > 10
    assert difference(await viewer.look(dictRotation0=True), clear) < 0.1


async def test_there_is_no_picture_without_a_head(viewer: Viewer) -> None:
    viewer.simulator.command("detach_head", head=0)
    viewer.simulator.command("detach_head", head=1)
    async with viewer.session.get(f"{viewer.url}/camera.jpeg", params=LOGIN) as answer:
        assert answer.status == 503
    viewer.simulator.command("attach_head", head=1)
    assert brightness(await viewer.look(cameraSwitch=True)) > 0


async def test_the_stream_shows_a_change_within_three_pictures(viewer: Viewer) -> None:
    async with viewer.session.get(f"{viewer.url}/camera.mjpeg", params=LOGIN) as answer:
        before = read((await parts(answer, 1))[0])
        viewer.simulator.unit.write("light0", True)
        later = [read(frame) for frame in await parts(answer, 3)]
    assert brightness(later[-1]) > 5 * brightness(before)
    await viewer.simulator.record.wait_for("mjpeg", anonymous=False)


async def test_the_stream_has_its_frame_rate(viewer: Viewer) -> None:
    await viewer.look(recordingFps=10)
    loop = asyncio.get_running_loop()
    start = loop.time()
    await viewer.frames(11)
    assert 0.8 < loop.time() - start < 2.5


async def test_a_frame_is_encoded_once_for_all_viewers(session: aiohttp.ClientSession) -> None:
    simulator = SIMULATOR(admin_password="secret", live=1)
    await simulator.start()
    try:
        viewer = Viewer(session, simulator)
        streams = await asyncio.gather(*(viewer.frames(8) for _ in range(6)))
        assert simulator.camera.encoded <= 8 + 3
        assert len({frame for frames in streams for frame in frames}) <= simulator.camera.encoded
        assert len(set(streams[0])) >= 6
    finally:
        await simulator.stop()


async def test_an_unchanged_picture_is_encoded_once(viewer: Viewer) -> None:
    await viewer.frames(4)
    await viewer.look()
    assert viewer.simulator.camera.encoded == 1


async def test_viewers_are_counted_while_they_are_connected(viewer: Viewer) -> None:
    camera = viewer.simulator.camera
    async with viewer.session.get(f"{viewer.url}/camera.mjpeg", params=LOGIN) as answer:
        await parts(answer, 1)
        assert camera.viewers == 1
    async with asyncio.timeout(3):
        while camera.viewers:
            await asyncio.sleep(0.02)


async def test_an_open_stream_needs_no_token(viewer: Viewer) -> None:
    async with viewer.session.get(f"{viewer.url}/camera.mjpeg") as answer:
        assert answer.status == 401
    await viewer.look(mjpgStreamIsOpen=True)
    assert len(await viewer.frames(2, {})) == 2
    assert len(await viewer.frames(1, {"token": "wrong"})) == 1
    async with viewer.session.get(f"{viewer.url}/api") as answer:
        assert answer.status == 401
    async with viewer.session.get(f"{viewer.url}/camera.mjpeg") as answer:
        await parts(answer, 1)
        await viewer.look(mjpgStreamIsOpen=False)
        rest = await asyncio.wait_for(answer.content.read(), 3)
        assert len(rest) < 5_000_000
    async with viewer.session.get(f"{viewer.url}/camera.mjpeg") as answer:
        assert answer.status == 401


async def test_pictures_need_credentials_in_the_query(viewer: Viewer) -> None:
    headers = {"Authorization": aiohttp.encode_basic_auth("admin", "secret")}
    async with viewer.session.get(f"{viewer.url}/camera.jpeg", headers=headers) as answer:
        assert answer.status == 401


async def test_the_fault_garbage_sends_no_pictures(viewer: Viewer) -> None:
    viewer.simulator.set_fault("garbage")
    assert not (await viewer.frames(1))[0].startswith(b"\xff\xd8")


async def test_the_command_drop_ends_the_stream(viewer: Viewer) -> None:
    async with viewer.session.get(f"{viewer.url}/camera.mjpeg", params=LOGIN) as answer:
        await parts(answer, 1)
        viewer.simulator.command("drop")
        with pytest.raises(aiohttp.ClientError):
            await asyncio.wait_for(answer.content.read(), 3)

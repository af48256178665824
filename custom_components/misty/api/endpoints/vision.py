"""Camera, recognition and streams. Source: docs/protocol/misty.md#camera-and-recognition."""

from .model import Level, delete, file_name, flag, get, number, one_of, post, secret, size_of, text, together, whole

ALPHA, BETA, SDK = Level.ALPHA, Level.BETA, Level.UNDOCUMENTED
NAME = r"[A-Za-z0-9_-]"

PICTURE_SIZES = (
    (4160, 3120),
    (3840, 2160),
    (3264, 2448),
    (3200, 2400),
    (2592, 1944),
    (2048, 1536),
    (1920, 1080),
    (1600, 1200),
    (1440, 1080),
    # A tutorial and skills of the vendor use this size, which is not documented.
    (1200, 1600),
    (1280, 960),
    (1024, 768),
    (800, 600),
    (640, 480),
    (320, 240),
)
VIDEO_SIZES = ((3840, 2160), (1920, 1080), (1280, 960), (640, 480), (320, 240))
SIZE = (whole("width?", 1), whole("height?", 1))
RECORDING = (text("fileName?", pattern=f"{NAME}+", form="party_2"), flag("mute?"), whole("duration?", 1, 180), *SIZE)
DETECTOR = (number("minimumConfidence?", 0, 1), whole("modelId?", 0, 3))

VISION = (
    get("camera"),
    get(
        "cameras/rgb",
        flag("base64?"),
        file_name("fileName?"),
        *SIZE,
        flag("displayOnScreen?"),
        flag("overwriteExisting?"),
        rules=(size_of(*PICTURE_SIZES),),
        is_file=True,
    ),
    get("cameras/fisheye", flag("base64?"), is_file=True),
    get("cameras/depth", has_nan=True),
    post("cameras/thermal/start", level=SDK),
    post("cameras/thermal/stop", level=SDK),
    post("videos/recordings/start", *RECORDING, level=BETA, rules=(size_of(*VIDEO_SIZES),)),
    post("videos/recordings/stop", level=BETA),
    post("video/record/start", *RECORDING, level=BETA, rules=(size_of(*VIDEO_SIZES),)),
    post("video/record/stop", level=BETA),
    post(
        "avstreaming/start",
        text("url", pattern=r"(rtsps?|rtmps?)://.+|rtspd:\d{1,5}", form="rtspd:1935, rtmp://192.0.2.7/live"),
        *SIZE,
        # The documentation excludes 30, but 30 is the default: docs/protocol/misty.md#av-streaming.
        whole("frameRate?", 2, 30),
        whole("videoBitRate?", 256000, 20000000),
        whole("audioBitRate?", 32000, 1000000),
        one_of("audioSampleRateHz?", 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000),
        text("userName?"),
        secret("password?"),
        level=BETA,
        rules=(together("width", "height"),),
    ),
    post("avstreaming/stop"),
    post(
        "videostreaming/start",
        whole("port?", 1024, 65535),
        whole("rotation?", 0, 180),
        whole("width?", 0, 1600),
        whole("height?", 0, 1600),
        whole("quality?", 0, 100),
        flag("overlay?"),
        level=ALPHA,
    ),
    post("videostreaming/stop", level=ALPHA),
    get("faces"),
    delete("faces", text("faceId?"), in_query=True),
    post("faces/training/start", text("faceId", pattern=f"{NAME}{{1,30}}", form="Ada_2")),
    post("faces/training/cancel"),
    post("faces/detection/start"),
    post("faces/detection/stop"),
    post("faces/recognition/start"),
    post("faces/recognition/stop"),
    post("artags/detection/start", whole("dictionary", 0, 20), number("tagSizeMm", 0)),
    post("artags/detection/stop"),
    post("objects/detection/start", *DETECTOR, whole("maxTrackerHistory?", 0), whole("delegateType?")),
    post("objects/detection/stop"),
    post(
        "humanposes/estimation/start",
        number("minimumConfidence?", 0, 1),
        whole("modelId?"),
        whole("delegateType?"),
        level=SDK,
    ),
    post("humanposes/estimation/stop", level=SDK),
    post("qrtags/detection/start", level=SDK),
    post("qrtags/detection/stop", level=SDK),
    post(
        "cascadeclassifier/start",
        whole("classifierId?"),
        number("scaleFactor?"),
        *(whole(name) for name in ("minNeighbors?", "minSizeWidth?", "minSizeHeight?", "maxSizeWidth?")),
        whole("maxSizeHeight?"),
        level=SDK,
    ),
    post("cascadeclassifier/stop", level=SDK),
    get("temperature/array", level=SDK),
    get(
        "temperature/object",
        *(whole(name) for name in ("roiLeft?", "roiWidth?", "roiTop?", "roiHeight?", "algorithm?")),
        flag("debug?"),
        level=SDK,
    ),
    get(
        "temperature/subject",
        *(whole(f"{area}ROI{edge}?") for area in ("cal", "subject") for edge in ("Left", "Width", "Top", "Height")),
        number("calTemperature?"),
        level=SDK,
    ),
)

"""Sound, speech and the undocumented conversation commands. Source: docs/protocol/misty.md#sound-and-speech."""

from .model import Level, delete, fields, file_name, flag, get, number, post, secret, text, whole

ALPHA, BETA, SDK = Level.ALPHA, Level.BETA, Level.UNDOCUMENTED

CAPTURE = (flag("overwriteExisting?"), whole("silenceTimeout?", 500, 10000), whole("maxSpeechLength?", 500, 20000))
GRAMMAR = (text("speechRecognitionGrammar?"),)
AZURE = (
    flag("captureFile?"),
    text("speechRecognitionLanguage?"),
    secret("azureSpeechKey?"),
    text("azureSpeechRegion?"),
)
GOOGLE = (flag("captureFile?"), text("speechRecognitionLanguage?"), secret("googleSpeechKey?"))
PHRASE = flag("requireKeyPhrase?")
CAPTURES = flag("captureSpeech?")

AUDIO = (
    post("audio/play", text("fileName"), whole("volume?", 0, 100)),
    post("audio/pause", level=BETA),
    post("audio/stop", level=BETA),
    get("audio/volume", level=SDK),
    post("audio/volume", whole("volume", 0, 100)),
    post(
        "tts/speak",
        text("text"),
        number("pitch?"),
        number("speechRate?"),
        text("voice?"),
        flag("flush?"),
        text("utteranceId?"),
        text("language?"),
        level=ALPHA,
    ),
    post("tts/stop", level=ALPHA),
    post(
        "tts/speakazure",
        text("text?"),
        flag("isSSML?"),
        text("utteranceId?"),
        secret("speechKey?"),
        text("speechRegion?"),
        text("voice?"),
        text("language?"),
        flag("useCaching?"),
        flag("trimSilence?"),
        whole("trimSilenceAggressiveness?"),
        level=SDK,
    ),
    post("tts/stopazure", level=SDK),
    post("audio/record/start", file_name("fileName", ".wav", "hello.wav")),
    post("audio/record/stop"),
    post("audio/raw/record/start", file_name("fileName?", form="hello.wav"), level=SDK),
    post("audio/keyphrase/start", *CAPTURE, CAPTURES, *GRAMMAR, level=BETA),
    post("audio/keyphrase/startazure", *CAPTURE, CAPTURES, *AZURE, level=BETA),
    post("audio/keyphrase/startgoogle", *CAPTURE, CAPTURES, *GOOGLE, level=SDK),
    post("audio/keyphrase/startvosk", *CAPTURE, CAPTURES, level=BETA, is_open=True),
    post("audio/keyphrase/stop"),
    post("audio/speech/capture", *CAPTURE, PHRASE, *GRAMMAR, level=BETA),
    post("audio/speech/captureazure", *CAPTURE, PHRASE, *AZURE, level=BETA),
    post("audio/speech/capturegoogle", *CAPTURE, PHRASE, *GOOGLE, level=SDK),
    post("audio/speech/capturevosk", *CAPTURE, PHRASE, level=BETA, is_open=True),
)

# Only names and types of the parameters are known: docs/protocol/misty.md#conversation-commands.
CONVERSATION = (
    get("actions", level=SDK),
    get("actions/commands", level=SDK),
    post("actions", text("name?"), text("script?"), flag("overwrite?"), level=SDK),
    delete("actions", text("name?"), level=SDK),
    post("actions/start", text("name?"), flag("useVisionData?"), level=SDK),
    post("actions/stop", level=SDK),
    get("conversations", level=SDK),
    post(
        "conversations",
        text("name?"),
        text("startingState?"),
        text("description?"),
        flag("useVisionData?"),
        flag("overwrite?"),
        level=SDK,
    ),
    delete("conversations", text("name?"), level=SDK),
    get("conversations/data", level=SDK),
    post("conversations/data", text("group?"), text("match?"), text("replaceString?"), level=SDK),
    delete("conversations/data", text("group?"), text("match?"), level=SDK),
    post(
        "conversations/map",
        *(text(name) for name in ("conversation?", "state?", "trigger?", "triggerFilter?", "nextState?", "detail?")),
        text("nextConversation?"),
        flag("reEntry?"),
        flag("includeFollowUp?"),
        flag("overwrite?"),
        level=SDK,
    ),
    delete(
        "conversations/map",
        *(text(name) for name in ("conversation?", "state?", "trigger?", "triggerFilter?", "detail?")),
        level=SDK,
    ),
    post("conversations/start", text("name?"), level=SDK),
    post("conversations/stop", level=SDK),
    post("conversations/trigger", text("name?"), level=SDK),
    post(
        "conversations/update",
        text("currentName?"),
        text("newName?"),
        text("startingState?"),
        flag("useVisionData?"),
        text("description?"),
        level=SDK,
    ),
    post("dialogs/ask", text("text?"), flag("flush?"), text("utteranceId?"), text("context?"), level=SDK),
    post("dialogs/audio", text("audioFile?"), text("context?"), level=SDK),
    post(
        "dialogs/configure",
        *(
            secret(f"{service}{part}?") if part == "ServiceKey" else text(f"{service}{part}?")
            for service in ("nlp", "asr", "tts")
            for part in ("Service", "ServiceKey", "ServiceRegion", "ServiceEndpoint")
        ),
        level=SDK,
    ),
    get("dialogs/contexts", level=SDK),
    post(
        "dialogs/contexts",
        text("context?"),
        text("filteredIntents?"),
        flag("overlapContexts?"),
        flag("retrain?"),
        level=SDK,
    ),
    delete("dialogs/contexts", text("context?"), level=SDK),
    post("dialogs/restore", level=SDK),
    post(
        "dialogs/settings",
        whole("userLanguage?"),
        whole("silenceTimeoutMs?"),
        whole("maxSpeechLengthMs?"),
        flag("sendInterimEvents?"),
        number("pitch?"),
        number("speechRate?"),
        text("voice?"),
        number("confidence?"),
        level=SDK,
    ),
    post("dialogs/start", text("sessionId?"), level=SDK),
    post("dialogs/stop", level=SDK),
    post("dialogs/train", text("context?"), fields("intents?"), flag("save?"), flag("overwrite?"), level=SDK),
    get("states", level=SDK),
    post(
        "states",
        *(text(name) for name in ("name?", "speak?", "followUp?", "audio?")),
        flag("listen?"),
        *(
            text(f"{name}?")
            for name in (
                "contexts",
                "preSpeech",
                "startAction",
                "speakingAction",
                "listeningAction",
                "processingAction",
                "transitionAction",
                "noMatchAction",
                "noMatchSpeech",
                "noMatchAudio",
            )
        ),
        whole("repeatMaxCount?"),
        text("failoverState?"),
        flag("retrain?"),
        flag("overwrite?"),
        text("reEntrySpeech?"),
        level=SDK,
    ),
    delete("states", text("name?"), level=SDK),
    post("states/start", text("name?"), flag("useVisionData?"), level=SDK),
    post("robotinteraction/start", flag("useVisionData?"), level=SDK),
    post("robotinteraction/stop", level=SDK),
)

"""The words in names of on/off values, with Home Assistant's device classes of binary sensors."""

from collections.abc import Mapping

from .quantities import word_set

_WORDS: Mapping[str, str] = {
    "battery": """
        battery_low low_battery batt_low low_batt bat_low low_bat battery_ok batteria_scarica batterie_leer
        batterie_schwach akku_leer akku_schwach
        batterie_faible""",
    "battery_charging": "charging",
    "cold": "cold",
    "connectivity": "connected online connesso verbunden",
    "door": "door door_open open_door tuer porta porte",
    "garage_door": "garage garage_open garage_door garagentor",
    "gas": "gas gas_alarm gas_detected gas_leak gasmelder",
    "heat": """
        overheat overheated overtemperature over_temperature overtemp uebertemperatur sovratemperatura
        surtemperature""",
    "moisture": """
        leak water_leak leakage leaking flood wet leak_alarm flood_alarm water_detected leck leckage wassermelder
        wassereinbruch wasserschaden perdita allagamento infiltrazione fuite inondation""",
    "motion": "motion movement pir bewegung bewegungsmelder movimento mouvement",
    "light": "light_detected",
    "moving": "moving",
    "occupancy": "occupancy occupied presence anwesenheit praesenz praesenzmelder presenza",
    "opening": "gate tor cancello portone portail schranke sbarra barriera gate_open open opened opening magnet",
    "plug": "plugged vehicle_connected car_connected",
    "power": "ext_power",
    "problem": """
        alarm error fault problem warning broken failure malfunction faulty defekt overload overvoltage undervoltage
        overcurrent overpower stoerung fehler
        warnung allarme guasto errore anomalia alarme panne defaut erreur""",
    "running": "running heating laeuft in_funzione in_betrieb en_marche",
    "smoke": "smoke fire smoke_alarm fire_alarm rauch rauchmelder brandmelder fumo fumee",
    "sound": "noise sound",
    "tamper": "tamper tampered tamper_alarm sabotage sabotaggio manomissione effrazione",
    "update": "update_available",
    "vibration": "vibration shock erschuetterung vibrazione",
    "window": "window window_open open_window fenster finestra fenetre",
}
FLAGS: Mapping[str, str] = {
    word.replace("_", " "): device_class for device_class, words in _WORDS.items() for word in words.split()
}
# The values of these names have the opposite meaning of the device class.
INVERTED = frozenset({"battery ok"})
# Nouns that are first in Italian and French names: `allarme_temperatura` is an alarm.
FLAGS_FIRST = word_set("""
    porta finestra movimento fumo perdita allarme guasto errore anomalia porte fenetre mouvement fumee fuite alarme
    panne defaut erreur tuer fenster garagentor rauch leck
""")
# Classes that are more specific than `opening`.
OPENED = frozenset({"door", "window", "garage_door"})
# Words before `alarm` that say its kind: `tamper_alarm`.
ALARMED = word_set("""
    tamper smoke gas leak motion vibration heat overheat moisture rauch fumo fumee bewegung movimento sabotage leck
    flood
""")
# Words after an alarm that say which limit it is of.
ALARM_TAILS = word_set("high low hi lo upper lower hoch tief alta bassa alto basso haut bas general generale")
# Classes of a room or an opening, but not of the machines in it: `garage.fan_on`.
OF_PLACES = frozenset({"door", "window", "garage_door", "opening", "occupancy", "motion"})
# Words after the noun of a flag that do not change its meaning.
FLAG_TAILS = word_set("""
    value val wert properties attributes detected active on sensor state status flag aperta aperto attiva attivo
    rilevata rilevato offen aktiv erkannt sammel detector melder
""")
# Words with which a flag has the opposite or another meaning.
DENIALS = word_set("""
    acc
    allow allowed allows permit permitted erlaubt consenti consentito burn burner brenner bruciatore
    no not non never without senza ohne kein keine inverted invert enabled disabled enable closed chiusa chiuso
    geschlossen fermee ferme locked
""")

"""The words in names of on/off values, with Home Assistant's device classes of binary sensors."""

from collections.abc import Mapping

from .quantities import word_set

_WORDS: Mapping[str, str] = {
    "battery": """
        battery_low low_battery batt_low low_batt bat_low low_bat battery_ok batteria_scarica batteria_bassa
        batteria_debole batterie_leer batterie_schwach batterie_niedrig akku_leer akku_schwach akku_niedrig
        batterie_faible""",
    "battery_charging": "charging",
    "carbon_monoxide": "co_alarm co_detected co_alarme",
    "cold": "cold",
    "connectivity": "connected online connesso verbunden",
    "door": "door door_open open_door tuer tueren porta porte sportello sportelli",
    "garage_door": "garage garage_open garage_door garagentor",
    "gas": "gas gas_alarm gas_detected gas_leak gasmelder",
    "heat": """
        overheat overheated overheating overtemperature overtemp over_temp over_temperature surriscaldamento
        sovratemperatura uebertemperatur ueberhitzung ueberhitzt surchauffe surtemperature""",
    "moisture": """
        leak water_leak leakage leaking flood wet leak_alarm flood_alarm water_detected leck leckage wassermelder
        wasser_erkannt wasserleck wasserleckage wasseraustritt wassereinbruch wasserschaden ueberflutung
        ueberschwemmung acqua_rilevata perdita perdita_acqua allagamento infiltrazione fuite inondation""",
    "motion": "motion movement pir bewegung bewegungsmelder movimento mouvement",
    "light": "light_detected",
    "moving": "moving",
    "occupancy": """
        occupancy occupied presence belegt besetzt occupato occupata occupe anwesend anwesenheit praesenz
        praesenzmelder presenza""",
    "opening": "gate tor cancello portone portail schranke sbarra barriera gate_open open opened opening magnet",
    "plug": "plugged vehicle_connected car_connected",
    "power": "ext_power",
    "problem": """
        alarm error fault problem warning broken failure malfunction faulty defekt overload overvoltage undervoltage
        overcurrent overpower stoerung fehler
        ueberlast ueberspannung unterspannung ueberstrom kurzschluss sovraccarico sovratensione sottotensione
        sovracorrente sovrapressione cortocircuito avaria surcharge
        warnung allarme guasto errore anomalia alarme panne defaut erreur""",
    "running": "running heating laeuft in_funzione in_marcia in_esecuzione in_betrieb en_marche",
    "smoke": """
        smoke fire smoke_alarm fire_alarm rauch rauchalarm feuer feueralarm brandalarm incendio incendie
        rauchmelder brandmelder fumo fumee""",
    "sound": "noise sound",
    "tamper": """
        tamper tampered tamper_alarm tamper_open tamper_switch manomissione antimanomissione effrazione sabotage
        sabotagekontakt sabotaggio autoprotection""",
    "update": "update_available",
    "vibration": "vibration shock vibrazione vibrazioni erschuetterung schwingung",
    "window": "window window_open open_window fenster finestra finestre fenetre",
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
# Keys of blocks whose flags are all of one kind: `doors.main`.
GROUPS: Mapping[str, str] = {
    **dict.fromkeys(("doors", "tueren", "porte", "portes"), "door"),
    **dict.fromkeys(("windows", "fenster", "finestre", "fenetres"), "window"),
    **dict.fromkeys(("alarms", "alarme", "allarmi", "alarmes"), "problem"),
    **dict.fromkeys(("faults", "errors", "stoerungen", "fehler", "guasti", "errori", "defauts"), "problem"),
    **dict.fromkeys(("leaks", "lecks", "perdite", "fuites"), "moisture"),
}
# Words in such a block for something else.
NO_MEMBERS = word_set("""
    locked lock unlocked verriegelt bloccata bloccate armed scharf inserito inseriti active on off mute muted sound
    siren relay output button led light enable all count ack acknowledged reset
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
    rilevata rilevato auf offen kontakt contatto aktiv erkannt sammel detector melder
""")
# Words with which a flag has the opposite or another meaning.
DENIALS = word_set("""
    acc
    allow allowed allows permit permitted erlaubt consenti consentito burn burner brenner bruciatore
    no not non never without senza ohne kein keine inverted invert enabled disabled enable closed chiusa chiuso
    geschlossen fermee ferme locked unlocked bloccata bloccato sbloccata sbloccato verriegelt entriegelt abgeschlossen
    verrouillee
""")

"""Words of names that mean nothing alone: which one, where, of which time, and what is no quantity."""

# A unit may stand before these: `kwh_import`.
METERED = frozenset({"import", "export", "imported", "exported", "imp", "exp", "consumed", "produced"})
# What is counted so only grows where the unit is one of an energy: `today_yield_kwh`, `total_charged_kwh`.
_GROWING = """
    total tot today daily lifetime cumulative yield production generated generation charged discharged discharge
    delivered returned received supplied absorbed forward reverse feedin purchased sold exports imports meter counter
    totale oggi produzione prodotta generata caricata scaricata prelevata immessa consumata importata esportata
    assorbita ceduta venduta acquistata
    gesamt heute ertrag erzeugung erzeugt produziert produktion geladen entladen bezug bezogen einspeisung eingespeist
    importiert exportiert verbraucht zaehlerstand zählerstand
    totale produite chargee dechargee importee exportee consommee injectee soutiree
"""
GROWING = METERED | frozenset(_GROWING.split())
# Ends of German compounds that say the same: `tagesertrag`, `netzbezug`.
GROWING_ENDS = ("ertrag", "erzeugung", "bezug", "einspeisung", "produktion", "zaehlerstand", "zählerstand")
# With one of these it may fall, or it is of a time that is over.
_NOT_GROWING = """
    forecast expected estimated planned remaining available stored capacity max min avg average mean target limit
    yesterday last previous hourly hour rest prognose kapazitaet kapazität rest gestern verbleibend previsione
    capacita capacità ieri disponibile residua prevision capacite hier
"""
NOT_GROWING = frozenset(_NOT_GROWING.split())
# What is kept, and may be taken again.
STORED = frozenset(
    {"remaining", "available", "stored", "capacity", "kapazitaet", "kapazität", "verbleibend", "capacita", "capacità",
     "disponibile", "residua", "capacite"}
)  # fmt: skip
ACRONYMS = frozenset({"aqi", "co2", "cpu", "gpio", "gps", "id", "ip", "led", "pm10", "pm25", "rpm", "rssi", "uv"})
# Words that say nothing: the key before them is meant.
GENERAL = frozenset({"value", "val", "reading", "measure", "measurement", "avg", "average", "mean", "last", "level"})
# Behind a head noun they say which one of it.
TAILS = GENERAL - {"level"} | {
    "phase", "max", "maximum", "min", "minimum", "total", "today", "inside", "outside", "sensor", "now", "actual",
    "attuale", "istantanea", "massima", "minima", "media", "totale", "oggi", "aktuell", "gesamt", "heute",
    "content", "concentration", "gehalt", "konzentration", "concentrazione",
}  # fmt: skip
# Where, or in what, something is measured: behind a head noun they say which one of it.
_PLACES = """
    room kitchen living livingroom bedroom bath bathroom hall corridor office garage cellar basement attic roof
    garden house home floor wall zone outdoor indoor outside inside in out inlet outlet top middle bottom left right
    front rear back north south east west upper lower supply return ambient air water oil soil ground tank boiler
    pump motor engine oven cabinet board chip cpu heatsink evaporator condenser compressor collector buffer pool
    fridge freezer greenhouse grid camera cucina bagno salotto soggiorno cantina soffitta tetto giardino casa piano
    zona esterna esterno interna interno ingresso uscita mandata ritorno alto basso sopra sotto destra sinistra nord
    sud est ovest ambiente aria acqua olio suolo terreno serbatoio caldaia pompa motore forno quadro evaporatore
    condensatore compressore cella serra rete prelevata immessa kueche küche bad wohnzimmer schlafzimmer
    kinderzimmer flur buero büro keller dach garten haus aussen außen innen oben unten links rechts vorlauf
    ruecklauf rücklauf luft wasser oel öl boden speicher kessel pumpe ofen halle netz dhw hotwater puffer accumulo
    acs sanitario collettore radiatore radiator heater chamber bed nozzle probe sonda coil exhaust intake coolant
    gearbox bearing winding inverter rack server case gpu hdd ssd core pcb mcu
    mos mosfet fet bms cell pack module panel solar pv mppt string input output load line mains ac dc brine suction
    discharge equipment device enclosure housing spindle bearings hotend extruder shunt cooling heating flue stove
    sht ds dht ntc rtd bme bmp
    piscina piscine pannello modulo ingressi carico bagno camera cortile esterni mandrino cuscinetto scarico fumi
    aussenluft zuluft abluft fortluft heizkreis heizung warmwasser solekreis spindel lager gehaeuse gehäuse stall
    evap cond comp amb internal external ext center net circuit kreis fase eps sys offgrid peak rms real measured
    instantaneous htu
    exterieur exterieure extérieur extérieure interieur interieure intérieur intérieure salon chambre cuisine salle
    cave grenier toit jardin eau sol moteur chaudiere depart retour ballon reservoir ambiante ouest
"""
PLACES = frozenset(_PLACES.split())
# What is told of a quantity with a battery is a battery's only for these.
OF_BATTERY = frozenset(
    {"voltage", "current", "power", "energy", "tensione", "corrente", "potenza", "energia", "spannung"}
)
# Between two words: `punto_di_rugiada`.
BETWEEN = frozenset({"di", "del", "della", "de", "du"})
# Of these no quantity is left, but how far two of it are apart.
DIFFERENCES = frozenset(
    {"offset", "delta", "diff", "difference", "differenz", "differenza", "deviation", "calibration"}
)
# What these number, or set, is not measured.
COUNTLESS = frozenset(
    {"address", "channel", "code", "codice", "err", "error", "errore", "fehler", "fehlercode", "gpio", "id", "index",
     "interval", "limit", "mode", "nr", "number", "pin", "port", "serial", "setpoint", "state", "status", "target",
     "threshold", "type", "version"}
)  # fmt: skip

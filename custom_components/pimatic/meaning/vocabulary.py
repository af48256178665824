"""The closed vocabulary of attribute names: what a word means in English, German, Italian, Dutch and French.

The head noun decides, which is the last word that is a noun here: `powerFactor` is no power, `rainDelay` no rain. Words
of MODIFIERS say which one, when or how, and are passed over; all other words are names (`temperatureKitchen`).
Umlauts and accents are written out: ä is ae, é is e.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from homeassistant.components.sensor import SensorDeviceClass as Sensor


def words(text: str) -> frozenset[str]:
    """Return the words of a text as a set."""
    return frozenset(text.split())


# The device classes that a noun can stand for; the attribute's unit chooses. An empty tuple is a noun without any.
NOUNS_OF: Final[Mapping[tuple[Sensor, ...], str]] = {
    (Sensor.TEMPERATURE,): """
        temp temps temperature temperatures temperatur temperaturen temperatura temperatuur tmp dewpoint
        taupunkt dauwpunt windchill winchil heatindex apparenttemperature feelslike aussentemperatur
        innentemperatur raumtemperatur wassertemperatur vorlauf ruecklauf vorlauftemperatur
        ruecklauftemperatur temper setpoint sollwert solltemperatur isttemperatur hitzeindex wct""",
    (Sensor.HUMIDITY, Sensor.ABSOLUTE_HUMIDITY): """
        hum humidity humid rh feuchte feuchtigkeit luftfeuchte luftfeuchtigkeit relativehumidity abshumidity
        absolutehumidity umidita vochtigheid luchtvochtigheid humidite hygro hygrometer""",
    (Sensor.MOISTURE,): """
        moisture soilmoisture soilhumidity bodenfeuchte bodenfeuchtigkeit erdfeuchte bodemvocht""",
    (Sensor.BATTERY, Sensor.VOLTAGE): """
        bat batt battery batterylevel batterycharge batterystate batterie batteria batterij akku akkustand
        ladestand batteriestand soc stateofcharge ladezustand batteryvoltage batterievoltage accumulatore""",
    (Sensor.POWER_FACTOR,): "powerfactor pf cosphi cosφ leistungsfaktor cosfi",
    (Sensor.POWER, Sensor.APPARENT_POWER, Sensor.REACTIVE_POWER): """
        power watt watts leistung potenza vermogen puissance kwatt wattage""",
    (Sensor.ENERGY, Sensor.REACTIVE_ENERGY, Sensor.POWER): """
        energy energie energia kwh wh consumption consumtion verbrauch stromverbrauch consumo verbruik
        consommation usage delivery bezug strombezug einspeisung teruglevering erzeugung ertrag yield ernte""",
    (Sensor.CURRENT,): "current amperage strom corrente stroom ampere amps",
    (Sensor.VOLTAGE,): "voltage volt volts spannung tensione spanning",
    (Sensor.FREQUENCY,): "frequency freq frequenz frequenza frequentie",
    (Sensor.ATMOSPHERIC_PRESSURE,): "baro barometer luftdruck luchtdruck luchtdruk airpressure barometric",
    (Sensor.PRESSURE,): "pressure druck pressione druk pression press",
    (Sensor.ILLUMINANCE,): "illuminance lux light brightness helligkeit luminosita lichtsterkte lightlevel lumi",
    (Sensor.IRRADIANCE,): "radiation solarradiation irradiance sunpower globalstrahlung strahlung",
    (Sensor.CO2,): "co2 carbondioxide kohlendioxid",
    (Sensor.CO,): "co carbonmonoxide kohlenmonoxid",
    (Sensor.VOLATILE_ORGANIC_COMPOUNDS, Sensor.VOLATILE_ORGANIC_COMPOUNDS_PARTS): "voc tvoc",
    (Sensor.PM1,): "pm1",
    (Sensor.PM25,): "pm25 pm2 feinstaub",
    (Sensor.PM4,): "pm4",
    (Sensor.PM10,): "pm10",
    (Sensor.AQI,): "aqi airqualityindex",
    (Sensor.OZONE,): "ozone o3 ozon",
    (Sensor.NITROGEN_DIOXIDE,): "no2",
    (Sensor.NITROGEN_MONOXIDE,): "nitrogenmonoxide",
    (Sensor.SULPHUR_DIOXIDE,): "so2",
    (Sensor.RADON,): "radon",
    (Sensor.PH,): "ph",
    (Sensor.SOUND_PRESSURE,): """
        noise sound soundlevel laerm laut lautstaerke schall schallpegel rumore geluid loudness""",
    (Sensor.SIGNAL_STRENGTH,): """
        rssi signal signalstrength lqi snr reception empfang wifi wlan signalquality linkquality""",
    (Sensor.WIND_SPEED,): """
        wind gust gusts windspeed windgust windgusts gustspeed windstrength gustspeed gustgust winsp
        avgairspeed airspeed windgeschwindigkeit boe boeen boee windboe windboeen vento windsnelheid vent
        windforce""",
    (Sensor.WIND_DIRECTION,): """
        winddirection windrichting winddir windir gustdirection gustdir windrichtung windangle windbearing""",
    (Sensor.SPEED,): "speed geschwindigkeit velocita snelheid vitesse",
    (Sensor.PRECIPITATION, Sensor.PRECIPITATION_INTENSITY): """
        rain rainfall rainfal regen niederschlag precip precipitation precipitations snow schnee snowfall
        pioggia neerslag pluie regenmenge rainrate rainintensity hail""",
    (Sensor.DISTANCE,): """
        distance dist abstand entfernung distanza afstand range remainingrange odo odometer mileage
        kilometerstand visibility sichtweite altitude height hoehe depth tiefe snowdepth schneehoehe""",
    (Sensor.GAS,): "gas",
    (Sensor.WATER,): "water wasser acqua eau warmwasser kaltwasser trinkwasser coldwater hotwater",
    (Sensor.VOLUME,): "volume volumen",
    (Sensor.VOLUME_STORAGE,): "tank fuellstand tankinhalt cisterna zisterne reservoir waterlevel oillevel heizoel",
    (Sensor.VOLUME_FLOW_RATE,): "flow flowrate durchfluss portata debiet debit",
    (Sensor.DURATION,): """
        duration dauer runtime laufzeit uptime delay time zeit hours stunden minutes minuten seconds sekunden
        days tage verzoegerung durata tempo tijd""",
    (Sensor.WEIGHT,): "weight gewicht peso mass masse",
    (Sensor.DATA_SIZE,): "memory speicher disk filesize dbsize traffic",
    (Sensor.DATA_RATE,): "throughput bandwidth download upload datarate",
    (): """
        price prices preis preise cost costs kosten prezzo costo prijs kost tarif tariff fee rate rates count
        counts cycle cycles anzahl number nummer index id ids factor faktor ratio stufe status state mode
        modus version thumb trend change difference deviation error errors code codes category kategorie scene
        program quality score life health soh gesundheit clouds cloud cloudiness load cpu duty dutycycle probability
        wahrscheinlichkeit chance margin position valve ventil angle winkel latitude longitude lat lon long uv
        uvindex direction richtung offset calibration threshold schwelle sensitivity empfindlichkeit setting""",
}  # fmt: skip


def _nouns() -> Iterator[tuple[str, tuple[Sensor, ...]]]:
    for classes, listed in NOUNS_OF.items():
        for word in listed.split():
            yield word, classes


NOUNS: Final[Mapping[str, tuple[Sensor, ...]]] = dict(_nouns())

# Words of meters, for quantities that are not only metered (a volume, rain).
METER_WORDS: Final = words(
    """
    stand total totals gesamt totale totaal meter counter zaehler zaehlerstand
    contatore teller meterstand tot usage delivery consumed daily today heute oggi vandaag dag sum
    summe kumuliert cumulative consumption verbrauch consumo verbruik year yearly jahr month monthly monat
    week woche day
    """
)
# Words of a period. A name of these alone is the amount of that period, which is over or begins again: it can fall.
PERIOD_WORDS: Final = words(
    """
    minute hour day week month quarter year uur dag maand kwartaal jaar stunde tag woche monat quartal jahr giorno
    settimana mese anno heure jour semaine mois annee five fifteen thirty
    """
)
# Words for the present value of a meter, beside those of its periods.
READING_WORDS: Final = words("actual aktuell actueel attuale current now jetzt value wert reading")
# Words of values that are not metered, though they have the unit of a meter.
NO_METER_WORDS: Final = words(
    """
    max maximum min minimum average avg mean durchschnitt mittel mittelwert media forecast prognose
    vorhersage predicted prediction expected estimate estimated erwartet limit target ziel soll peak
    """
)
# Words of stored quantities, which rise and fall.
STORED_WORDS: Final = words(
    """
    stored storage capacity kapazitaet remaining left verbleibend rest available verfuegbar speicherinhalt
    reserve usable nutzbar
    """
)
# Words of a difference of temperatures: 5 K of it are not -268 °C.
DIFFERENCE_WORDS: Final = words(
    """
    difference differenz delta deltat temperaturdifferenz temperaturedifference spreizung offset hysteresis hysterese
    deviation abweichung change trend calibration kalibrierung korrektur correction differenza scarto isteresi
    spread superheat subcooling ueberhitzung unterkuehlung setback absenkung
    """
)
# Words of quantities whose unit is usually that of another quantity: a colour temperature, evaporation.
OTHER_WORDS: Final = words(
    """
    colortemperature colourtemperature colortemp colourtemp farbtemperatur lichtfarbe evaporation evapotranspiration
    verdunstung evaporazione
    """
)
# Words for going in and out, for quantities that are also stored.
FLOW_WORDS: Final = words(
    """
    charged discharged charge discharge geladen entladen laden entladung in out input output from to
    """
)
# Words of a difference, which rises and falls.
NET_WORDS: Final = frozenset(["net", "netto", "balance", "bilanz", "saldo"])

# Words of a period in the past: a count of it can fall.
PAST_WORDS: Final = words(
    "last past previous yesterday letzte letzten vorige gestern ultima ultimo scorso ieri gisteren"
)

# Words for which one, when or how, which are ignored.
MODIFIERS: Final = (
    METER_WORDS - NOUNS.keys()
    | (DIFFERENCE_WORDS | OTHER_WORDS | FLOW_WORDS) - NOUNS.keys()
    | NO_METER_WORDS
    | STORED_WORDS
    | NET_WORDS
    | PAST_WORDS
    | (PERIOD_WORDS | READING_WORDS) - NOUNS.keys()
    | words(
        """
    a b c d e f l n t p h u v w in out inside outside indoor outdoor innen aussen room raum house haus
    actual aktuell currently ist real measured gemessen sensor value wert active aktiv reactive apparent
    relative rel abs absolute low high day night tag nacht hour last letzte now jetzt generated generate
    produced import export delivered returned supply grid netz solar sun pv battery1 phase low high tariff1
    tariff2 air luft soil boden car auto used free received sent on off with no level percentage percent
    prozent
    """
    )
)

# All words into which a name can be split.
KNOWN_WORDS: Final = frozenset(NOUNS) | MODIFIERS

# Words of actions that begin a count again.
RESET_WORDS: Final = words("reset zuruecksetzen azzera azzerare")
# What users reset as a part of its use: a timer, a changed filter, an alarm that is over.
RESETTABLE_WORDS: Final = words("timer filter filtro alarm allarme error errore fault fehler stoerung")

# Words of settings.
TARGET_WORDS: Final = words(
    """
    target setpoint soll sollwert ziel limit threshold schwelle calibration offset delay verzoegerung
    timeout solltemperatur zieltemperatur set wanted desired max min maximum minimum massimo minimo
    """
)
TEMPERATURE_WORDS: Final = frozenset(NOUNS_OF[(Sensor.TEMPERATURE,)].split())
TANK_WORDS: Final = frozenset(NOUNS_OF[(Sensor.VOLUME_STORAGE,)].split())
PRESSURE_WORDS: Final = words(f"{NOUNS_OF[(Sensor.ATMOSPHERIC_PRESSURE,)]} {NOUNS_OF[(Sensor.PRESSURE,)]}")
WIND_WORDS: Final = frozenset(NOUNS_OF[(Sensor.WIND_SPEED,)].split())

"""The quantities that names can have, and their words in English, German, Italian and French.

Device classes and units are Home Assistant's. Words are in lower case, without accents and with ae, oe, ue for umlauts;
two words that belong together are joined by `_`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

INFINITE = float("inf")


def word_set(words: str) -> frozenset[str]:
    """Return the words of a text."""
    return frozenset(words.split())


# Two quantities may have the same class and units, such as a distance and a level.
@dataclass(frozen=True, slots=True, eq=False)
class Quantity:
    """A measured or counted quantity: its device class and its units.

    `unit` is the usual one, for names without a unit. If it is None, such a name has no meaning, or, if `is_open`, the
    quantity with an unknown unit. `low` and `high` are the limits of what a sensor can measure, in the
    usual unit.
    """

    device_class: str | None
    unit: str | None
    units: tuple[str, ...] = ()
    state_class: str = "measurement"
    is_open: bool = False
    low: float = -INFINITE
    high: float = INFINITE


COUNTED = "total_increasing"
_LENGTHS = ("m", "cm", "mm", "km", "in", "ft", "mi", "yd", "nmi")
_PRESSURES = ("hPa", "kPa", "Pa", "bar", "mbar", "cbar", "psi", "mmHg", "inHg")
_SPEEDS = ("m/s", "km/h", "mph", "kn", "mm/s")
_TIMES = ("s", "min", "h", "d", "ms")
_VOLUMES = ("m³", "L", "mL", "gal", "ft³")
_DENSITIES = ("μg/m³", "mg/m³")

TEMPERATURE = Quantity("temperature", "°C", ("°C", "°F"), low=-120, high=3000)
# Devices do not send temperatures in K, and `temp_k` is usually a thermocouple of type K.
DIFFERENCE = Quantity("temperature_delta", "K", ("K", "°C", "°F"))
# The words of this quantity have other meanings, too.
SPREAD = Quantity("temperature_delta", None, ("K",))
HUMIDITY = Quantity("humidity", "%", ("%",), low=0, high=100)
ABSOLUTE_HUMIDITY = Quantity("absolute_humidity", "g/m³", ("g/m³", "mg/m³"))
MOISTURE = Quantity("moisture", "%", ("%",), low=0, high=100)
BATTERY = Quantity("battery", "%", ("%",), low=0, high=100)
# The words of this quantity may also be voltages or flags.
SHORT_BATTERY = Quantity("battery", None, ("%",), low=0, high=100)
LOAD = Quantity(None, None, ("%",), low=0, high=100)
HEALTH = Quantity(None, "%", ("%",), low=0, high=100)
PERCENTAGE = Quantity(None, "%", ("%",))
VOLTAGE = Quantity("voltage", "V", ("V", "mV", "kV"))
# The supply of a chip; mV and V are equally common.
SUPPLY_VOLTAGE = Quantity("voltage", "V", ("V", "mV"))
REDOX = Quantity("voltage", "mV", ("mV", "V"))
CURRENT = Quantity("current", "A", ("A", "mA", "μA"))
# The German word means a current or electricity.
STROM = Quantity("current", None, ("A", "mA"))
# It is less than an ampere.
LEAKAGE = Quantity("current", None, ("mA", "A"))
POWER = Quantity("power", "W", ("W", "kW", "MW", "mW"))
# The mean power of a meter. The words may also mean a counter.
DEMAND = Quantity("power", None, ("W", "kW"))
APPARENT_POWER = Quantity("apparent_power", "VA", ("VA", "kVA"))
REACTIVE_POWER = Quantity("reactive_power", "var", ("var", "kvar"))
POWER_FACTOR = Quantity("power_factor", None, ("%",), is_open=True, low=-1, high=1)
ENERGY = Quantity("energy", "kWh", ("kWh", "Wh", "MWh", "GJ", "MJ", "kJ"), COUNTED)
# Consumption or production of energy, water or gas.
CONSUMPTION = Quantity("energy", None, ENERGY.units, COUNTED)
REACTIVE_ENERGY = Quantity("reactive_energy", "kvarh", ("kvarh", "varh"), COUNTED)
# Home Assistant has no device class for it.
APPARENT_ENERGY = Quantity(None, "kVAh", ("kVAh", "VAh"), COUNTED)
ENERGY_STORED = Quantity("energy_storage", "kWh", ENERGY.units)
CAPACITY = Quantity("energy_storage", None, ENERGY.units)
FREQUENCY = Quantity("frequency", "Hz", ("Hz", "kHz", "MHz", "GHz"), low=0)
ROTATION = Quantity(None, "rpm", ("rpm", "Hz"))
# It has no bar, which is the unit of compressed air.
AIR_PRESSURE = Quantity("atmospheric_pressure", "hPa", ("hPa", "kPa", "Pa", "mbar", "mmHg", "inHg"))
PRESSURE = Quantity("pressure", None, _PRESSURES, is_open=True)
# The difference before and behind a filter or a fan, which is never that of the air.
PRESSURE_DIFFERENCE = Quantity("pressure", None, _PRESSURES)
# A `press` of a button is no pressure.
PRESS = Quantity("pressure", None, _PRESSURES)
ILLUMINANCE = Quantity("illuminance", "lx", ("lx",), low=0)
# The brightness of a lamp or of a place.
BRIGHTNESS = Quantity("illuminance", None, ("lx",))
IRRADIANCE = Quantity("irradiance", "W/m²", ("W/m²",))
UV_INDEX = Quantity(None, "UV index")
# A power, an energy, or a share of the highest one.
IRRADIATION = Quantity("irradiance", None, ("W/m²",))
# An index, or the value of an analog input.
UV = Quantity(None, None)
CO2 = Quantity("carbon_dioxide", "ppm", ("ppm",), low=0)
CO = Quantity("carbon_monoxide", "ppm", ("ppm", "ppb", *_DENSITIES), low=0)
VOC = Quantity("volatile_organic_compounds_parts", None, ("ppb", "ppm"), is_open=True, low=0)
TVOC = Quantity("volatile_organic_compounds_parts", "ppb", VOC.units, low=0)
VOC_DENSITY = Quantity("volatile_organic_compounds", None, _DENSITIES, is_open=True)
OZONE = Quantity("ozone", None, ("ppb", "ppm", "μg/m³"), is_open=True)
NO2 = Quantity("nitrogen_dioxide", None, ("ppb", "ppm", "μg/m³"), is_open=True)
SO2 = Quantity("sulphur_dioxide", None, ("ppb", "μg/m³"), is_open=True)
PM1, PM25, PM4, PM10 = (Quantity(name, "μg/m³", ("μg/m³",)) for name in ("pm1", "pm25", "pm4", "pm10"))
FORMALDEHYDE = Quantity(None, None, (*_DENSITIES, "ppb", "ppm"))
AQI = Quantity("aqi", None, is_open=True)
# An index that the sensor computes.
INDEX = Quantity(None, None)
RADON = Quantity("radon", None, ("Bq/m³", "pCi/L"), is_open=True)
PH = Quantity("ph", None, is_open=True, low=0, high=14)
CONDUCTIVITY = Quantity("conductivity", None, ("μS/cm", "mS/cm"), is_open=True)
SOUND = Quantity("sound_pressure", None, ("dB", "dBA"))
# The words may also mean the value of an analog input.
MICROPHONE = Quantity("sound_pressure", None, ("dB", "dBA"))
SIGNAL = Quantity("signal_strength", "dBm", ("dBm", "dB"))
# Ratios of the signal to the noise, or to all received signals.
SIGNAL_RATIO = Quantity("signal_strength", "dB", ("dB", "dBm"))
SIGNAL_WITH_UNIT = Quantity("signal_strength", None, ("dBm", "dB"))
WIFI_SIGNAL = Quantity("signal_strength", None, ("dBm", "dB"))
GAS = Quantity("gas", None, ("m³", "L", "ft³"), COUNTED)
WATER = Quantity("water", None, ("m³", "L", "gal", "ft³"), COUNTED)
VOLUME = Quantity("volume", None, _VOLUMES, COUNTED)
ENERGY_DISTANCE = Quantity("energy_distance", None, ("kWh/100km",))
VOLUME_STORED = Quantity("volume_storage", None, _VOLUMES)
FLOW = Quantity(
    "volume_flow_rate", None, ("m³/h", "L/min", "L/h", "L/s", "m³/s", "m³/min", "gal/min", "ft³/min", "mL/s")
)
WIND_SPEED = Quantity("wind_speed", None, _SPEEDS, is_open=True)
WIND_DIRECTION = Quantity("wind_direction", "°", ("°",), "measurement_angle", low=0, high=360)
SPEED = Quantity("speed", None, _SPEEDS)
ANGLE = Quantity(None, "°", ("°",))
RAIN = Quantity("precipitation", None, ("mm", "in", "cm"), COUNTED)
RAIN_RATE = Quantity("precipitation_intensity", None, ("mm/h", "in/h"), is_open=True)
DISTANCE = Quantity("distance", None, _LENGTHS)
# The level of a liquid, as a height.
LEVEL = Quantity("distance", None, _LENGTHS)
AREA = Quantity("area", None, ("m²", "km²", "cm²"))
WEIGHT = Quantity("weight", None, ("kg", "g", "mg", "lb", "oz"))
DURATION = Quantity("duration", None, _TIMES)
UPTIME = Quantity("duration", None, _TIMES)
# The operating hours of a machine.
OPERATION = Quantity("duration", "h", _TIMES, COUNTED)
OPERATING_TIME = Quantity("duration", None, _TIMES, COUNTED)
DATA_SIZE = Quantity("data_size", None, ("kB", "MB", "GB", "TB", "KiB", "MiB", "GiB", "TiB", "B"))
DATA_RATE = Quantity("data_rate", None, ("bit/s", "kbit/s", "Mbit/s", "Gbit/s", "KiB/s", "MiB/s"))
# Words that are no quantity, although one of them is.
NOTHING = Quantity(None, None)

_WORDS: Mapping[Quantity, str] = {
    TEMPERATURE: """
        temperature temp temps temper temperation tempv tmp tmpr thermometer temperatura temperatur atmp dewpoint
        dew_point taupunkt punto_rugiada point_rosee frost_point frostpunkt wbgt thermocouple thermoelement lwt ewt
        wind_chill windchill oat egt heat_index heatindex feels_like feelslike temp_flow
        temperature_flow wet_bulb wetbulb dry_bulb feuchtkugel feuchtkugeltemperatur bulbo_umido""",
    DIFFERENCE: "temperature_difference temp_difference temperature_diff temp_diff temperaturdifferenz",
    SPREAD: """
        superheat subcooling surriscaldamento sottoraffreddamento spread delta delta_t delta_temp hysteresis
        ueberhitzung unterkuehlung spreizung""",
    HUMIDITY: """
        humidity humidity_level hum humi humid hmd hmdty rh rhum umidita umid luftfeuchtigkeit luftfeuchte feuchte
        feuchtigkeit humidite""",
    ABSOLUTE_HUMIDITY: """
        absolute_humidity absolute_feuchte absolute_luftfeuchte umidita_assoluta abs_humidity abs_humid""",
    MOISTURE: """
        moisture moi moist mst soil_moisture moisture_level humidity_soil soil_humidity water_soil umidita_suolo
        umidita_terreno
        humidite_sol bodenfeuchte bodenfeuchtigkeit erdfeuchte""",
    BATTERY: """
        battery soc rsoc usoc soe battery_soc bat_soc batteria batterie akku akkustand ladestand ladezustand
        battery_level btry btty batterieladung akkuladung
        batt_level bat_level battery_charge battery_remaining charge_level livello_batteria carica_batteria
        niveau_batterie""",
    SHORT_BATTERY: "bat batt",
    LOAD: "cpu memory disk",
    HEALTH: "soh ups_load cpu_usage memory_usage disk_usage",
    VOLTAGE: "voltage volt volts vlt vltg vrms batv tensione spannung tension",
    SUPPLY_VOLTAGE: "vdd vcc vbat vbatt",
    REDOX: "orp orp_level orp_value redox redox_level",
    CURRENT: """
        current crnt amp amps irms amperage ampere corrente courant ladestrom entladestrom strom_n strom_l1 strom_l2
        strom_l3""",
    LEAKAGE: "leakage_current residual_current fault_current differential_current leckstrom fehlerstrom",
    STROM: "strom",
    POWER: """
        power pwr watt watts wattage active_power power_active power_demand real_power realpower leistung wirkleistung
        leistungsaufnahme leistungsabgabe
        potenza potenza_attiva puissance puissance_active""",
    DEMAND: "demand",
    APPARENT_POWER: """
        apparent_power apparent_pwr apprnt_power apprnt_pwr aprt_power power_apparent scheinleistung potenza_apparente
        puissance_apparente""",
    REACTIVE_POWER: """
        reactive_power reactive_pwr react_power react_pwr power_reactive pwr_reactive blindleistung potenza_reattiva
        puissance_reactive""",
    POWER_FACTOR: """
        power_factor pwr_factor energy_factor powerfactor pf fattore_potenza facteur_puissance cos_phi cosphi cosfi
        leistungsfaktor""",
    ENERGY: """
        energy active_energy energy_active energia energia_attiva energie energie_active wirkenergie electricity
        import_active export_active e_in e_out yield energy_consumption energy_production e_total e_load e_day e_today
        e_month
        e_year ertrag""",
    CONSUMPTION: """
        consumption nrg consumo autoconsumo verbrauch stromverbrauch waermemenge consommation usage used_energy""",
    REACTIVE_ENERGY: """
        reactive_energy energy_reactive blindenergie blindarbeit energia_reattiva energie_reactive import_reactive
        export_reactive""",
    APPARENT_ENERGY: "apparent_energy energy_apparent",
    ENERGY_STORED: """
        stored_energy energy_stored remaining_energy energy_remaining available_energy energy_available reserve_energy
        energy_reserve energia_residua energia_disponibile""",
    CAPACITY: "capacity kapazitaet capacita capacite",
    FREQUENCY: "frequency freq frq hz frequentie frequenza frequenz frequence",
    ROTATION: "rpm drehzahl giri_min giri_motore",
    AIR_PRESSURE: """
        baro barom barometer luftdruck air_pressure atmospheric_pressure barometric_pressure
        pressione_atmosferica pressione_atm pressure_atm patm
        pressione_barometrica pressione_aria pression_atmospherique sea_pressure""",
    PRESSURE: """
        pressure prs druck pressione pression high_pressure low_pressure highpressure lowpressure hochdruck
        niederdruck""",
    PRESSURE_DIFFERENCE: """
        differenzdruck druckdifferenz filterdruck differential_pressure diff_pressure pressure_difference pressure_diff
        delta_p delta_pressure pressure_drop pressione_differenziale differenza_pressione caduta_pressione dp
        pression_differentielle static_pressure duct_pressure""",
    PRESS: "press",
    ILLUMINANCE: "illuminance lux luminosity luminance illumination beleuchtungsstaerke",
    BRIGHTNESS: "helligkeit luminosita",
    IRRADIANCE: """
        irradiance solar_irradiation solar_radiation solarradiation solar_rad solarrad global_radiation globalstrahlung
        einstrahlung solareinstrahlung sonneneinstrahlung radiazione_solare radiazione irraggiamento rayonnement""",
    IRRADIATION: "irradiation",
    UV: "uv",
    UV_INDEX: "uv_index uvindex uvi",
    CO2: "co2 co2_level co2_concentration carbon_dioxide carbondioxide kohlendioxid anidride_carbonica eco2 rco2",
    CO: "co carbon_monoxide carbonmonoxide kohlenmonoxid",
    TVOC: "tvoc tvoc_level",
    VOC: "voc voc_level",
    OZONE: "ozone o3",
    NO2: "no2",
    SO2: "so2",
    PM1: "pm1 pm01",
    PM25: "pm25 pm02",
    PM4: "pm4",
    PM10: "pm10",
    FORMALDEHYDE: "formaldehyde hcho ch2o",
    AQI: "aqi air_quality_index",
    INDEX: "voc_index tvoc_index nox_index iaq_index",
    RADON: "radon",
    PH: "ph ph_level ph_value",
    CONDUCTIVITY: "conductivity conduct ec leitfaehigkeit conducibilita conductivite",
    SOUND: """
        noise noise_level sound_level schallpegel schalldruck schalldruckpegel laermpegel geraeuschpegel
        livello_sonoro pressione_sonora livello_rumore laeq leq sound_pressure loudness rumore laerm""",
    MICROPHONE: "sound",
    SIGNAL: "rssi rsrp rscp",
    SIGNAL_RATIO: "snr sinr rsrq ecio",
    SIGNAL_WITH_UNIT: "signal_strength noise_floor signal segnale signalpegel signalstaerke",
    WIFI_SIGNAL: "wifi_signal wlan_signal segnale_wifi segnale_wlan segnale_gsm segnale_lte",
    GAS: "gas gaz",
    WATER: "water water_consumption wasser acqua eau total_liter",
    VOLUME: "volume volumen",
    FLOW: "flow flow_rate flowrate durchfluss volumenstrom portata debit",
    WIND_SPEED: """
        wind wind_speed windspeed windspd wind_spd wspd aws tws wnd wnd_spd wgust wnd_gust gust wind_gust windgust
        gust_speed wind_max wind_avg windgeschwindigkeit windgeschw windspitze windspitzen windmittel windmax
        windmaximum windmin
        windstaerke boe boee boeen windboe windboee windboeen vento vento_velocita velocita_vento raffica vent
        vent_vitesse
        vitesse_vent rafale anemometer anemometro""",
    WIND_DIRECTION: """
        wind_direction wind_dir winddirection winddir wdir wnd_dir gust_dir gust_direction wind_bearing windrichtung
        windrichtungen direzione_vento direction_vent vento_direzione vento_dir dir_vento wind_angle vent_dir""",
    SPEED: "speed spd velocity geschwindigkeit velocita vitesse",
    RAIN: """
        rain rainfall precip precipitation niederschlagsmenge rain_accum precip_accum niederschlag regen regenmenge
        pioggia pluie precipitazione precipitazioni
        precipitations hail rainfall_accumulation rain_accumulation""",
    RAIN_RATE: """
        rain_rate rainrate rain_intensity rainfall_rate rainfall_intensity precip_rate preciprate precip_intensity
        precipitation_rate precipitation_intensity regenrate regenintensitaet intensita_pioggia""",
    DISTANCE: """
        distance dist dst tide marea wave wave_height draft draught range odometer mileage trip depth height
        distanza entfernung abstand hoehe altezza hauteur tiefe
        profondita profondeur alt altitude elevation quota snow schnee schneehoehe neve visibility sicht sichtweite
        visibilita visibilite""",
    LEVEL: "level livello niveau pegel wasserstand fuellstand",
    AREA: "area surface flaeche superficie",
    WEIGHT: "weight mass gewicht masse peso massa poids",
    DURATION: """
        duration runtime elapsed remaining time laufzeit zeit dauer durata duree tempo latency latenza latenz age ago
        tempo_residuo tempo_rimanente temps_restant delay timeout timer countdown on_time off_time time_on time_off
        period interval intervall intervallo""",
    UPTIME: "uptime",
    OPERATION: """
        betriebsstunden betriebsstd betr_std betriebsstundenzaehler stundenzaehler contaore hourmeter hour_meter
        brennerstunden laufstunden laststunden volllaststunden leerlaufstunden pumpenstunden
        motorstunden heizstunden verdichterstunden kompressorstunden ore_lavoro ore_funzionamento ore_motore
        operating_hours
        operation_hours running_hours working_hours run_hours runtime_hours on_hours compressor_hours burner_hours
        pump_hours fan_hours engine_hours motor_hours heating_hours flow_hours
        generator_hours machine_hours chiller_hours boiler_hours spindle_hours charger_hours inverter_hours
        system_hours""",
    OPERATING_TIME: "betriebszeit operating_time working_time work_time running_time run_time",
    PERCENTAGE: "percent percentage",
    NOTHING: """
        strike_energy lightning_energy
        power_supply rx_power tx_power signal_power optical_power color_temp color_temperature colour_temperature
        radio_frequency lora_frequency carrier_frequency cpu_frequency clock_frequency update_frequency
        sampling_frequency cpu_load free_memory used_memory total_memory free_disk used_disk total_disk
        degree_minutes amp_hours ampere_hours battery_health battery_cycles cycle_bat cycle_batt cycle_battery
        cur_current cur_voltage cur_power
        overpower extruder_power hotend_power nozzle_power bed_power power_amp pre_amp""",
}  # fmt: skip

# Inverters have the letter of the quantity first: `P_PV`, `vgrid`.
LETTERS = {"p": POWER, "u": VOLTAGE, "v": VOLTAGE, "i": CURRENT, "f": FREQUENCY}
LETTERED = (
    *("pv", "grid", "load", "battery", "bat", "batt", "akku", "backup", "ac", "dc"),
    *("sol", "solar", "panel", "netz", "rete", "haus", "casa", "home", "house", "mains", "l1", "l2", "l3"),
    *("fv", "carico", "chg", "dchg", "charge", "discharge", "charger", "string", "mppt"),
    *("total", "tot", "gesamt", "sum", "inverter", "motor", "batteria", "batterie"),
)
# Only powers have these words behind their letters.
LETTERED_OF_POWER = (
    *("import", "export", "bezug", "einspeisung", "verbrauch", "prelievo", "immissione", "consumo", "scambio"),
    *("attiva", "active", "wirk", "heiz", "el", "elettrica", "elektrisch"),
)
# Only voltages and currents have these words behind their letters: `p_in` may be a pressure, `f_out` anything.
LETTERED_OF_LINES = ("in", "out", "bus", "usb", "sys", "line", "supply")
# Heating engineers have the letter of the temperature first: `T_Vorlauf`.
WARM = word_set("""
    vorlauf ruecklauf vl rl abgas aussen innen raum oben mitte unten puffer boiler kessel ww warmwasser zuluft abluft
    aussenluft fortluft sole mandata ritorno esterna interna fumi accumulo supply return outdoor indoor outside inside
    room ambient water oil tank air top bottom exterieur interieur depart retour
    ist istwert act actual attuale mess gemessen misurata
    kollektor speicher boden wasser luft oel ofen keller bad heizung motor lager batterie akku umgebung gehaeuse solar
    collettore acqua aria ext int acs caldaia camera ambiente esterno interno suolo terreno olio forno motore batteria
    bagno cucina cella evaporatore condensatore pannello serbatoio bollitore
    in out amb soil evap cond board cpu bat batt battery collector coolant exhaust flue chamber case pcb mcu
    heatsink cell core hot cold body skin surface inlet outlet pool freezer fridge oven
    flow dhw hotwater buffer evaporator condenser suction discharge brine intake extract primary secondary austritt
    eintritt quelle heissgas sauggas solare pufferspeicher
""")
# `tflow`, but not `text`
GLUED_WARM = frozenset(word for word in WARM if len(word) > 2) - word_set("ext int oil")
QUANTITIES: Mapping[str, Quantity] = (
    {word.replace("_", " "): quantity for quantity, words in _WORDS.items() for word in words.split()}
    | {f"{letter} {of}": quantity for letter, quantity in LETTERS.items() for of in LETTERED}
    | {f"p {of}": POWER for of in LETTERED_OF_POWER}
    | {f"{letter} {of}": LETTERS[letter] for letter in "uvi" for of in LETTERED_OF_LINES}
    | {f"t {of}": TEMPERATURE for of in WARM}
)
# The unit can change the quantity: `Power_va` is an apparent power, a level in litres is a stored volume.
RELATED: Mapping[Quantity, tuple[Quantity, ...]] = {
    POWER: (APPARENT_POWER, REACTIVE_POWER),
    DEMAND: (APPARENT_POWER, REACTIVE_POWER),
    ENERGY: (REACTIVE_ENERGY, APPARENT_ENERGY),
    CONSUMPTION: (REACTIVE_ENERGY, POWER, VOLUME),
    LEVEL: (VOLUME_STORED, WEIGHT),
    BATTERY: (VOLTAGE, CURRENT, POWER),
    SHORT_BATTERY: (VOLTAGE, CURRENT, POWER),
    STROM: (POWER, ENERGY),
    LOAD: (DATA_SIZE,),
    TVOC: (VOC_DENSITY,),
    VOC: (VOC_DENSITY,),
    AIR_PRESSURE: (PRESSURE,),
    WATER: (FLOW,),
    FLOW: (VOLUME,),
    GAS: (FLOW,),
    RAIN: (RAIN_RATE,),
    WIND_SPEED: (WIND_DIRECTION,),
}
# Nouns that are first in Italian and French names.
NOUN_FIRST = word_set("""
    temperatura umidita umid tensione corrente potenza energia frequenza tempo durata duree pressione portata livello
    humidite tension courant puissance frequence pression debit
""")
# In German the noun is often first, too (`Temperatur_TVL`); `temp` is first in any language.
OFTEN_FIRST = NOUN_FIRST | word_set("""
    temp temperatur spannung leistung druck feuchte drehzahl durchfluss betriebsstunden laufstunden betriebszeit
    laufzeit
""")

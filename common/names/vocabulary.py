"""The words of names that are no quantities: for parts, places, times, settings and other meanings.

Words are in lower case, without accents and with ae, oe, ue for umlauts, in English, German, Italian and French.
"""

from collections.abc import Mapping

from .quantities import (
    APPARENT_ENERGY,
    APPARENT_POWER,
    BATTERY,
    CURRENT,
    ENERGY,
    GLUED_WARM,
    LETTERED,
    LETTERED_OF_LINES,
    LETTERS,
    POWER,
    POWER_FACTOR,
    REACTIVE_ENERGY,
    REACTIVE_POWER,
    word_set,
)

# Heights in a tank, and ends of an object.
LAYERS = word_set("""
    top middle mid bottom centre center oben mitte mittig unten alto basso sopra sotto centro centrale
    superiore inferiore haut bas milieu central superieur superieure inferieur inferieure
""")
ENDS = word_set("front rear back vorne vorn hinten fronte retro anteriore posteriore avant arriere")
# Words for one of several parts, which may follow any quantity. A short word with a number is such a part, too (`hc1`,
# `t2`); it is replaced by "#".
WHICH = (
    ENDS
    | LAYERS
    | word_set("""
    btm sply rtn
    # a b c r s t n l x y z p q ab bc ca an bn cn ln ll l1 l2 l3 n1 n2 phase ph fase channel ch line string mppt
    circuit kreis heizkreis zone sensor in out input output inside outside indoor outdoor internal external intern
    extern int ext
    ein
    aus left right north south east west grid load pv pcc battery bat batt ac dc eps offgrid sys netz rete supply
    return vorlauf ruecklauf mandata ritorno innen aussen links rechts sinistro destro gauche droite
    esterna interna esterno interno exterieur exterieure interieur interieure room air ambient ambiente ambiante probe
    value val wert valore valeur values data fields properties attributes reported up down upstream downstream system
    impianto neutral neutro neutralleiter h wac varac primary secondary primaer sekundaer primario secondario primaire
    secondaire
""")
)
# Words for a value that was corrected.
ADJUSTED = word_set(
    "corrected filtered smoothed compensated adjusted korrigiert gefiltert geglaettet corretto filtrato"
)
# Words for the kind of value. They may follow any quantity, but no flag.
STATISTICS = ADJUSTED | word_set("""
    avg average mean actual measured instantaneous instant rms now reading measure measurement real signed estimated
    est peak latest newest highest lowest compensated mass concentration content gehalt konzentration concentrazione atm
    durchschnitt
    aktuell
    hoechste niedrigste hoechster niedrigster attuale istantanea istantaneo media medio moyenne curr cur relative ist
    istwert
""")
# Parts that have a current, a voltage and a power: `motor_a`.
ELECTRICAL = word_set("""
    motor engine pump fan heater charger inverter compressor spindle string mppt pv solar battery bat batt load grid
    mains motore pompa ventilatore compressore batteria carico mandrino rete pumpe luefter heizung verdichter spindel
    batterie akku netz moteur pompe ventilateur reseau heatpump element elements immersion heizstab heizpatrone rod
    resistenza booster waermepumpe heatelement
""")
# Places with nothing but air.
ROOMS = word_set("""
    kitchen living livingroom bedroom bath bathroom hall corridor office garage cellar basement attic roof garden
    house
    home floor upstairs downstairs erdgeschoss obergeschoss untergeschoss dachgeschoss kellergeschoss geschoss
    stockwerk
    etage terra seminterrato mansarda sottotetto rez chaussee cucina bagno salotto soggiorno cantina soffitta tetto
    nursery kids guest guests gaeste ospiti pantry laundry lavanderia dining study studio workshop werkstatt officina
    shed carport loft toilet toilette entrance eingang ingresso balcony balkon balcone terrace terrasse terrazza veranda
    porch patio stairs treppenhaus hallway lounge serverroom technikraum heizraum waschkueche esszimmer gaestezimmer
    arbeitszimmer
    giardino casa piano camera cortile esterni kueche bad wohnzimmer schlafzimmer kinderzimmer flur buero keller dach
    garten haus halle stall salon chambre cuisine salle cave grenier toit jardin greenhouse serra weather station
    sensore sensors sensoren node
""")
# Parts, media and streams of heating, cooling and ventilation.
STREAMS = word_set("""
    extract extracted extraction recirculated recirculation preheater postheater preheat reheat reheater umluft
    frischluft mischluft raumluft zulufteintritt fortluftaustritt ripresa espulsione immissione espulsa immessa
    estratta rinnovo soufflage rejet reprise leaving entering refrigerant kaeltemittel refrigerante liquid fluessigkeit
    liquido hotgas heissgas sauggas verdampfung kondensation evaporation evaporating evaporazione condensation
    condensing condensazione expansion injection einspritzung economizer bivalent quelle senke anello circuito
    loop austritt eintritt wassereintritt wasseraustritt sonden bohrung geothermal brunnen well pozzo flame flamme
    fiamma header combustion verbrennung combustione abgas rauchgas camino schornstein chimney kamin pellet fuel holz
    wood legna collector kollektor kollektoren solarthermie pufferspeicher bollitore hydraulic
    igbt choke drossel terminal klemme brake clutch turbo wheel ruota rad vrm chipset nvme drive raid psu backplane
    tub lauge manure digester biogas milk latte ablauf zulauf belebung schaltschrank heizen kuehlen heizbetrieb grain
    korn getreide sump skimmer vaccine
    hot cold warm kalt heiss caldo calda fredda freddo chaud froid
""")
# Places and media of a measurement. They may follow a quantity of a place, but not a current.
PLACES = (
    ELECTRICAL
    | ROOMS
    | STREAMS
    | word_set("""
    inv trafo igbt sump basin drain gutter well pozzo pozzetto vasca schacht brunnen trough
    panel array pannello panneau cell pack module shunt winding lamp led plug socket bus net caldaia devicepower wall
    water oil soil ground tank boiler oven cabinet board chip cpu gpu core pcb mcu heatsink evaporator condenser
    collector buffer pool fridge freezer inlet outlet zona ingresso ingressi uscita destra sinistra nord sud est ovest
    sued ost norden sueden osten westen nordost nordwest suedost suedwest nordest nordovest sudest sudovest northeast
    northwest southeast southwest corner ecke angolo layer strato couche aria acqua olio suolo terreno serbatoio
    forno quadro evaporatore condensatore cella luft wasser oel boden speicher kessel ofen sink snk cab red black
    white
    abs rel dhw upper lower env environment hotwater puffer accumulo acs sanitario collettore radiatore radiator
    chamber
    bed nozzle sonda coil exhaust intake coolant gearbox bearing bearings rack server case hdd ssd mos mosfet fet bms
    brine suction discharge equipment device enclosure housing hotend extruder cooling heating flue stove sht ds dht
    ntc
    rtd htu bme bmp pt photovoltaics piscina piscine modulo cuscinetto scarico fumi aussenluft zuluft abluft fortluft
    warmwasser solekreis lager gehaeuse evap cond comp amb eau sol chaudiere depart retour ballon reservoir ouest
    evaporateur condenseur verdampfer verfluessiger verdichter compresseur one two three four five eins zwei drei vier
    fuenf uno tre quattro cinque deux trois quatre cinq first third fourth fifth erste erster erstes zweite zweiter
    zweites dritte dritter drittes vierte vierter viertes primo prima seconda terzo terza quarta quinto quinta premier
    premiere deuxieme troisieme quatrieme cinquieme
    tool toolhead object wp fek sanitaria sanitario vl rl ww tvl trl tbw twe twa thg fbh cielo platea lid wort mash
    hlt kettle mlt
    fermenter gaertank maische wuerze
    brood hive barn stable silo pit hopper mold mould die plate roller drum kiln furnace hood duct shaft slab screed
    transformer stator rotor drive gear hydraulic intercooler manifold cylinder tyre tire cabin cargo trailer seat
    skin
    leaf canopy root substrate compost concrete asphalt road surface sky grass ice sea lake river spa jacuzzi sauna
    shower reefer container truck aquarium vasca acquario incubator dryer trockner sterilizer autoclave
    wallbox stack vorratsraum kuehlraum kuehlhaus estrich fundament becken schwimmbad getriebe hydraulik antrieb
    abtrieb welle generator
    shield radiation screen klima kaeltemaschine kaltwasser waermepumpe chiller stufe
    magazzino capannone locale stalla mungitura bagnomaria impasto lievitazione cappa
""")
)
# Words with which a pressure is that of the air.
AIR_SENSORS = word_set("bme bmp dps lps qmp shtc ambient baro barometer")
AIRY = (
    AIR_SENSORS
    | ROOMS
    | word_set("""
    air aria luft outdoor indoor outside inside sensor room data payload # abs rel absolute relative meteo wetter clima
    klima climate environment env fields values value readings measurements measurement object decoded dashboard
    outdoors indoors
""")
)
# Parts of a battery, which have no charge level.
CELLS = word_set("cell pack module bms y")
# Words that are a quantity, or the owner of the quantity before them: `voltage_battery`.
THINGS = word_set("""
    battery batt bat batterie batteria akku gas gaz water wasser acqua rain flow cpu tank consumption usage consumo
    verbrauch consommation ph mass eau co2 pm25 pm10 relay relais rele
""")
# Directions of a power or a current.
DIRECTIONS = word_set("""
    chg dchg dsg
    import imported imp export exported exp forward reverse charge charged discharge discharged supplied absorbed
    feedin bezug lieferung einspeisung rueckspeisung prelevata immessa assorbita injectee soutiree
""")
# Times and directions, which may follow a counter.
PERIODS = DIRECTIONS | word_set("""
    today day daily dy event storm hour hr week weekly month monthly year yearly hourly yesterday last previous this
    positive negative lifetime cumulative imports exports consumed produced returned delivered received generated used
    plus minus
    purchased purchase bought sold selling feed consumption usage production generation meter counter zaehler tag
    woche
    monat jahr heute gestern bezogen eingespeist erzeugt produziert geladen entladen importiert exportiert verbraucht
    zaehlerstand oggi giorno settimana mese anno giornaliera mensile annuale ieri prodotta generata caricata scaricata
    consumata importata esportata ceduta venduta acquistata jour semaine mois annee aujourdhui jour semaine mois annee
    hier produite chargee dechargee importee exportee consommee
""")
FLOWING = (POWER, CURRENT, APPARENT_POWER, REACTIVE_POWER)
# Parts with a current of their own: their `Strom` is no electricity.
WITH_CURRENT = word_set("""
    motor pumpe pumpen luefter ventilator verdichter kompressor spindel antrieb phase phasen lade entlade heizstab
    leerlauf eingang ausgang eingangs ausgangs nenn anlauf anlass batterie batt akku elektroden anoden spulen
""")
# Matter with water in it: its humidity is a moisture.
MATTER = word_set("""
    soil suolo terreno boden erde ground substrate substrat substrato compost kompost sol
    wood holz legno bois grain korn getreide grano cereali hay heu fieno
""")
# Words for sums, and the quantities that can be added over phases: a total of voltages is none.
SUMS = word_set("total tot sum totale totali gesamt ges summe")
ADDING = (
    BATTERY,
    CURRENT,
    POWER,
    ENERGY,
    APPARENT_POWER,
    REACTIVE_POWER,
    REACTIVE_ENERGY,
    APPARENT_ENERGY,
    POWER_FACTOR,
)
# Words with which a value is a counter if only its unit has a quantity: `today_yield_kwh`.
GROWING = (
    SUMS
    | PERIODS - word_set("yesterday last previous gestern ieri hier charge")
    | word_set("""
        prelievo prelievi prelevato immissione immesso immessi ceduto acquisto acquistato vendita zaehler
        erogato erogata erogati erogate dispensed pumped pompati pompata dosed dosati dosata gezapft gefoerdert
        gepumpt abgegeben getankt spillati trattati trattata treated
        index obis partial compteur contatore yield ertrag ertraege tagesertrag erzeugung produktion produzione
        consumo
        verbrauch consommation waermemenge waermemengen kaeltemenge
    """)
)
# Past times, whose counters do not change.
OVER = word_set("yesterday gestern ieri hier last previous date due stichtag")
# Words for a stored amount.
STORED = word_set("""
    remaining available stored capacity kapazitaet verbleibend capacita disponibile residua capacite inhalt contenuto
    contenu
""")
# Objects that store energy.
KEPT = word_set("battery batt bat batterie batteria akku accumulo storage speicher")
# Words with which a counter can decrease, or is that of a past time.
NOT_GROWING = (
    OVER
    | STORED
    | word_set("""
    net netto forecast expected planned min max avg average mean target limit hourly hour rest prognose previsione
    prevision
""")
)
# Words with which rain is that of an hour, which can decrease.
OF_AN_HOUR = word_set("hourly hour hr #")
# Words for the present, with which a consumption is no counter.
PRESENT = word_set("current actual instant instantaneous momentan live")
SUMMED = word_set("accumulated accumulative cumulative cumulated accumulato accumulata kumuliert")
# Words for counters, for their times, and for electricity: `daily load consumption`.
COUNTS = word_set("production generation consumption charge discharge import export return feed feedin")
TIMES = word_set("daily today month monthly year yearly total lifetime cumulative yesterday last this")
ELECTRICITY = word_set("pv solar battery bat grid load house home meter e")
# Burners, whose power is a share of the highest one or in kW.
BURNERS = word_set("brenner burner burn bruciatore bruleur modulation modulazione")
# Pumps that dose something: `ph_pump` is no pH.
DOSING = word_set("pump pumpe pompa pompe dosing dosage dose dosierrate dosierung dosaggio")
# Words that mean electricity by themselves.
MADE = word_set("production generation")
# Words for prices and rates, whose unit is not the one after them.
PRICES = word_set("per price cost tariff preis kosten tarif prezzo costo tariffa prix cout rate")
# After these words, a single letter is no unit: `w` is a component of a quaternion or a colour.
OF_FOUR = word_set("quat quaternion q rot rotation orientation imu rgbw color colour led wind pos position")
# Sources of electricity, in whose block `v` is a voltage.
SUPPLIES = word_set("""
    psu panel panels pannello pannelli ups rail bus usb adapter supply ac dc netzteil netz alimentatore
    alimentazione versorgung spannungsversorgung module modul modulo starter house alternator lichtmaschine alternatore
    pack input output eingang ausgang ingresso uscita charger pdu cell zelle cella
""")
# Lines of a mains. After these words, a letter is a unit (`L1_V`).
LINES = word_set("l1 l2 l3 n tot total sum max min avg")
# Only with these words, `l` is a litre: `motor_l` is the left motor.
LIQUIDS = word_set("""
    eau fuel diesel oil tank hot cold kraftstoff heizoel oel gasolio carburante benzina olio serbatoio carburant milk
    total today heute oggi daily used volume volumen
""")
# Kinds of water, which a meter counts.
WATERS = word_set("warmwasser kaltwasser trinkwasser brauchwasser hotwater dhw acs regenwasser leitungswasser")
# Energies other than electricity.
HEATS = word_set("heat waerme kaelte calore chaleur thermal heating cooling heizung kuehlung dhw warmwasser")
# Containers of water, gas or oil.
TANKS = word_set("""
    tank serbatoio reservoir ballon speicher puffer buffer zisterne cisterna cistern fresh grey gray waste black
    frischwasser grauwasser abwasser
    fuel diesel gasoline petrol benzin benzina gasolio carburante kraftstoff heizoel carburant adblue propane
    inhalt tankinhalt behaelter vorrat restmenge contenuto scorta barile fass fusto botte botti keg barrel bottle
    flasche bombola
""")
# Words for identifiers and settings, which are not measured.
COUNTLESS = word_set("""
    address channel code codice err error errore fehler fehlercode gpio id index interval limit mode nr number pin
    port
    serial setpoint soll sollwert soglia consigne seuil grenzwert limite state status target threshold type version
""")
# Words after an Italian, French or German noun that change its meaning.
NO_NOUN = COUNTLESS | word_set("""
    file files folder path token user slope gradient coeff coefficient gain bias scale quality valid samples points
    score
    price cost tariff errors fault faults change changed changes ratio model enabled percent rate factor cycles
    preis kosten tarif
    stoerung
    anzahl stufe grenze regler regelung klasse modus typ einheit faktor verhaeltnis kurve zustand meldung stunden tage
    wert minimal maximal stato modalita tendenza etat tendance trend count numero nombre tipo name nome nom unit unita
    unite
""")
# Last words of a setting with a quantity; words such as `max` may also mean statistics.
EXTREMES = word_set("min max minimum maximum minima massima minimo massimo minimale maximale")
LIMITS = EXTREMES | word_set("""
    threshold limit hysteresis deadband deadzone setpoint setback protection soglia limite sollwert soll grenzwert
    seuil consigne target
""")
CORRECTIONS = word_set(
    "calibration offset correction compensation deviation correzione differenz differenza difference diff"
)
# Last words of a setting without a quantity.
SETTINGS = word_set("""
    sensitivity timeout delay interval intervall intervallo schedule brightness behavior behaviour period enable
    enabled indicator timer mode setting settings config lock lockout melody ringtone reporting debounce cooldown
    invert inverted reset mute silence
""")
# Last words of a value that is one of several words, although it may be "off".
MODES = word_set("""
    mode modes modus betriebsart betriebsmodus modo modalita phase fase stage program programme programm programma
    preset profile profil profilo scene szene scena scenario season saison stagione tariff
""")
# Modes that are on or off.
NAMED_MODES = word_set("""
    silent quiet eco summer winter holiday vacation away night boost party standby privacy sleep turbo powerful test
    service frost emergency comfort economy dry demo debug pairing learning maintenance child guest alarm leise nacht
    sommer urlaub ferien estate notte vacanza silenzioso
""")
# With these words before it, a state is one of several words, too: `operation_state`.
OPERATIONS = word_set(
    "operation operating operational working run running charging charge betrieb betriebs funzionamento"
)
STATES = word_set("state status zustand stato etat")
# Words before a quantity that make it a setting.
WANTED = (
    LIMITS
    | CORRECTIONS
    | word_set("""
    tgt set desired preset comfort eco away holiday economy boost frost antifrost freeze freezing default high low
    upper lower over under rated nominal calibrated night manual auto schedule scheduled startup report reporting
    enable calibrate override weekday weekend reserve timeofuse stop start restart reserved use ziel nenn grenz wunsch
    impostata obiettivo cible
""")
)
# Words with which a name has no quantity.
SPOILING = word_set("""
    specific specifica specifico spezifisch spezifische spezifischer
    color colour price cost tariff location angle force thrust kraft forza ratio divisor multiplier no raw delta
    code transmit transmission
    update on
    when if
    factory logic clear enable thd maybe version without history mac cycles preis kosten prezzo prix cout costo
    tariffa
    specific num clients client users stations peers subscribers cicli conteggio alarm allarme alarme
""")
# Circuits of a heating, which have a temperature.
CIRCUITS = word_set("vorlauf ruecklauf mandata ritorno")
# Words beside a circuit that say which one it is, or that it is the present value.
OF_CIRCUITS = word_set("""
    heizung kuehlung riscaldamento raffrescamento heizkreis kreis fbh fussbodenheizung radiatoren pavimento radiante
    caldaia impianto circuito kessel waermepumpe pompa calore ist istwert aktuell attuale
""")
# Stores of heat, whose layers have temperatures: `puffer_oben`.
HEATED = word_set(
    "puffer pufferspeicher buffer accumulo bollitore boiler kessel warmwasserspeicher speicher puffertank"
)
COORDINATES = word_set("latitude longitude lat lon lng latitudine longitudine breitengrad laengengrad")
# Words between two others that are ignored: `punto_di_rugiada`.
BETWEEN = word_set("and und di del della dello de du des")
# Words that are followed by an owner or a place.
OF = ("of", "at", "from", "to", "before", "after")

# Words that are no compounds, although they consist of known words.
WHOLE = word_set("""
    inactive inversion install invent overflow workflow radioactive moderate massage package outage restore feedback
    realtime network outline inline seaport airport blackout underfloor overrun concurrent recurrent horsepower
    willpower empower vertrag uebertrag gleichgewicht desc acc
""")
# Nouns that end a German compound with any first part. Words such as `acvoltage` are read in the same way.
COMPOUND_ENDS = tuple(
    word_set("""
    temperatur temperature temp spannung voltage leistung power strom current energie energy feuchte feuchtigkeit
    humidity frequenz frequency freq druck durchfluss gewicht geschwindigkeit drehzahl fuellstand verbrauch ertrag
    erzeugung bezug einspeisung produktion zaehlerstand zaehler zeit tmp tank tuer tueren fenster motor pumpe
    luefter stoerung fehler
""")
)
# `fl1` may be a floor, and `vl1` is the `Vorlauf` of the first circuit.
_NO_LETTERED = word_set("fl1 fl2 fl3 vl1 vl2 vl3")
# `Etot`, `Eoggi`
_E_OF = word_set("""
    total tot ges today day week month year oggi giorno settimana mese anno heute tag woche monat jahr
""")
# Parts that end a German compound with any first part: `filterpumpe` is a pump.
PART_ENDS = tuple(
    word_set("""
    pumpe pumpen motor ventilator luefter kessel speicher fuehler becken zimmer keller halle turm verdichter brunnen
""")
)
# Words that makers write without a separator.
GLUED: Mapping[str, tuple[str, ...]] = {
    # Weather stations.
    "soilhum": ("soil", "moisture"),
    "tf": ("temp", "f"),
    # Heating engineers.
    **{f"t{of}": ("t", of) for of in GLUED_WARM},
    # Inverters.
    **{f"e{of}": ("e", of) for of in _E_OF},
    **{f"{letter}{of}": (letter, of) for letter in LETTERS for of in LETTERED if f"{letter}{of}" not in _NO_LETTERED},
    **{f"{letter}{of}": (letter, of) for letter in "uvi" for of in LETTERED_OF_LINES},
    **{f"{of}{unit}": (of, unit) for of in ("ac", "dc") for unit in ("a", "v", "w")},
}

"""Words for machines, which have operating hours and motors with a current. They are no words of compounds."""

from .quantities import word_set

MACHINES = word_set("""
    dehumidifier humidifier tractor mower press mixer turbine conveyor robot crane forklift excavator washer dishwasher
    blower aerator belt lathe mill grinder crusher vacuum centrifuge separator extractor projector auger lift elevator
    escalator vehicle machinery uv lamps light lights printer laser welder
    deumidificatore umidificatore trattore tosaerba sega pressa miscelatore mescolatore turbina nastro gru muletto
    escavatore lavatrice lavastoviglie asciugatrice ossigenatore aeratore soffiante tornio fresa mulino centrifuga
    separatore estrattore coclea macinatore ascensore veicolo lampade luce luci saldatrice stampante
    entfeuchter befeuchter traktor maeher presse mischer foerderband kran stapler bagger waschmaschine spuelmaschine
    geblaese beluefter drehmaschine muehle brecher zentrifuge schnecke rechen aufzug fahrzeug lampen licht
    schweissgeraet
    drucker turbinen anlage geraet ruehrwerk
    agitator agitatore stirrer chp bhkw genset hoist winch argano winde saw sander drill trapano bohrer shredder
    trituratore hacker schredder packer baler ballenpresse digester rotavator nastri sterilizer steriliser skimmer
    kneter kneader impastatrice teigmaschine extruder ruehrer walze rullo saege hobel foerderer becherwerk elevatore
    macinino frantoio gramola decanter filler riempitrice etichettatrice imbottigliatrice abfueller
""")

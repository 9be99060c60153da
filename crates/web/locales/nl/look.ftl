## Huisstijl van de gemeente.

menu-look = Huisstijl
look-title = Huisstijl
look-text = Zo ziet uw gemeente eruit in Gehoor: op iedere pagina, en op de pagina waar collega’s inloggen.
look-name = Naam van de gemeente
look-name-help = Zoals inwoners haar kennen, bijvoorbeeld: Gemeente Zwanendam
look-hosts = Webadressen
look-hosts-help = Op deze adressen toont de inlogpagina uw naam, kleur en logo. Zet ieder adres op een eigen regel, bijvoorbeeld: webcare.gemeente.nl. Wie Gehoor voor u beheert, zorgt dat het adres werkt.
look-brand = Kleur
look-brand-help = Eén kleur, geschreven als #14606e. Gehoor maakt daar alle andere kleuren van, altijd goed leesbaar. Laat leeg voor de kleur van Gehoor.
look-logo = Logo
look-logo-help = Een SVG of een PNG van hoogstens 32 kB. Het logo staat klein op de pagina: een beeldmerk werkt beter dan een naam.
look-logo-now = Het logo van nu
look-logo-remove = Haal dit logo weg
look-submit = Bewaar
look-done = De huisstijl is bewaard. Wie al een pagina open heeft, ziet het bij de volgende.
look-fault-brand = Schrijf de kleur als een hekje met zes cijfers of letters, bijvoorbeeld #14606e
look-fault-host = “{ $host }” is geen webadres. Een voorbeeld: webcare.gemeente.nl
look-fault-hosts = Vul hoogstens 20 webadressen in.
look-fault-host-taken = Het webadres “{ $host }” hoort al bij een andere gemeente.
look-fault-kind = Dit is geen SVG of PNG. Kies een ander bestand.
look-fault-large = Dit bestand is groter dan 32 kB. Maak het logo kleiner of eenvoudiger.
look-fault-dots = Deze PNG is groter dan 1024 bij 1024 punten. Maak hem kleiner.
look-fault-parts = Deze tekening heeft te veel onderdelen. Maak het logo eenvoudiger, of kies een PNG.
look-fault-damaged = Dit bestand is beschadigd. Bewaar het logo opnieuw en probeer het nog eens.
look-fault-forbidden = In deze SVG staat “{ $part }”. Dat kan in een logo niet veilig. Zet in uw tekenprogramma alles om naar vormen, of kies een PNG.

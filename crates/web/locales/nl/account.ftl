## Het eigen account: tweede stap, apparaten, wachtwoord vergeten, uitnodiging.

code-title = Tweede stap
code-text = Uw wachtwoord klopt. Open nu de app op uw telefoon en vul de code in. U hebt 5 minuten.
code-label = Code uit de app
code-help = Zes cijfers. Bent u de app kwijt? Vul dan een herstelcode in.
code-submit = Inloggen
code-wrong = Deze code klopt niet, of is al gebruikt. Wacht op de volgende code in de app.
code-wait = Er is te vaak een verkeerde code ingevuld. { $seconds ->
    [one] Wacht 1 seconde en probeer het opnieuw.
   *[other] Wacht { $seconds } seconden en probeer het opnieuw.
  }
code-over = Het inloggen duurde te lang of de code klopte te vaak niet. Begin opnieuw.
code-again = Begin opnieuw met inloggen
login-forgotten = Wachtwoord vergeten?
login-password-chosen = Uw wachtwoord is bewaard. U kunt er nu mee inloggen.
factor-title = Tweede stap bij het inloggen
factor-lead = Met een tweede stap is uw wachtwoord alleen niet genoeg om in te loggen. U hebt dan ook een code van uw telefoon nodig.
factor-must = Uw gemeente vraagt iedereen om een tweede stap. Stel die nu in. Daarna kunt u verder.
factor-begin-text = U hebt een app nodig die codes maakt, zoals Aegis, 2FAS, Google Authenticator of Microsoft Authenticator.
factor-begin = Stel de tweede stap in
factor-scan-title = 1. Zet de code in de app
factor-scan-text = Open de app, kies een nieuw account en richt de camera op dit plaatje.
factor-scan-alt = Plaatje voor de app. Kunt u het niet gebruiken, neem dan de sleutel hieronder over.
factor-secret-label = Lukt het plaatje niet? Neem deze sleutel over in de app:
factor-confirm-title = 2. Vul de code in die de app toont
factor-confirm = Zet aan
factor-again = Begin opnieuw met een ander plaatje
factor-on = De tweede stap staat aan sinds { $moment }.
factor-codes-left = { $count ->
    [0] U hebt geen herstelcodes meer. Maak nieuwe.
    [one] U hebt nog 1 herstelcode.
   *[other] U hebt nog { $count } herstelcodes.
  }
factor-renew-title = Nieuwe herstelcodes
factor-renew-text = De herstelcodes die u had, werken dan niet meer.
factor-renew = Maak nieuwe herstelcodes
factor-remove-title = Tweede stap uitzetten
factor-remove-text = Daarna is uw wachtwoord weer genoeg om in te loggen.
factor-remove = Zet uit
factor-remove-required = Uw gemeente vraagt iedereen om een tweede stap. U kunt hem daarom niet uitzetten.
factor-proof-password = Uw wachtwoord
factor-proof-code = Code uit de app
factor-fault-title = Dit is niet gelukt
factor-fault-code = Deze code klopt niet. Kijk of de klok van uw telefoon gelijkloopt en neem de nieuwste code.
factor-fault-proof = Het wachtwoord of de code klopt niet. Een code werkt maar één keer.
factor-fault-wait = Het is te vaak niet gelukt. { $seconds ->
    [one] Wacht 1 seconde en probeer het opnieuw.
   *[other] Wacht { $seconds } seconden en probeer het opnieuw.
  }
factor-done-off = De tweede stap staat uit.
factor-to-profile = Naar uw profiel
codes-title = Uw herstelcodes
codes-text = Bewaar deze codes op een veilige plek, niet op de telefoon met de app. Met iedere code kunt u één keer inloggen als u de app kwijt bent. U ziet ze maar één keer.
codes-done = Ik heb de codes bewaard
change-section = Wachtwoord
change-section-text = Kies een ander wachtwoord als iemand het uwe kan weten.
change-title = Ander wachtwoord
change-lead = Op uw andere apparaten bent u daarna uitgelogd. Hier gaat u verder.
change-current = Uw huidige wachtwoord
change-forgotten = Weet u het niet meer? Log uit en kies bij het inloggen “Wachtwoord vergeten?”.
change-fault-current = Dit is niet uw huidige wachtwoord.
change-fault-same = Dit is uw wachtwoord al. Kies een ander.
change-done = Uw wachtwoord is veranderd. Op andere apparaten bent u uitgelogd.
profile-places = Andere pagina’s
profile-factor-title = Tweede stap
profile-factor-on = De tweede stap bij het inloggen staat aan.
profile-factor-off = De tweede stap bij het inloggen staat uit.
profile-factor-link = Bekijk of verander de tweede stap
devices-title = Waar u bent ingelogd
devices-text = Kent u een apparaat niet? Log het uit en kies een nieuw wachtwoord.
devices-col-device = Apparaat
devices-col-begun = Ingelogd
devices-col-seen = Laatst gebruikt
devices-col-end = Uitloggen
devices-this = Dit apparaat
devices-on = { $browser } op { $system }
devices-unknown-browser = Onbekende browser
devices-unknown-system = onbekend apparaat
devices-end = Log uit
devices-end-of = op { $device }, ingelogd { $moment }
devices-end-others = Log alle andere apparaten uit
devices-done-one = Dat apparaat is uitgelogd.
devices-done-others = Alle andere apparaten zijn uitgelogd.
forgotten-title = Wachtwoord vergeten
forgotten-text = Vul uw e-mailadres in. Bent u bij ons bekend, dan krijgt u een e-mail met een link. Die werkt een uur.
forgotten-submit = Stuur mij een link
forgotten-done-title = Kijk in uw e-mail
forgotten-done-text = Is dit adres bij ons bekend, dan krijgt u binnen enkele minuten een e-mail met een link. Niets gekregen? Kijk bij ongewenste e-mail, of vraag uw beheerder.
forgotten-wait = Er is te vaak om een link gevraagd. Kijk eerst in uw e-mail. { $seconds ->
    [one] Over 1 seconde kunt u het opnieuw vragen.
   *[other] Over { $seconds } seconden kunt u het opnieuw vragen.
  }
forgotten-no-mail = Gehoor kan hier geen e-mail versturen. Vraag uw beheerder om een link voor een nieuw wachtwoord.
forgotten-back = Naar het inloggen
choose-title = Kies een wachtwoord
choose-welcome = Welkom bij Gehoor van { $name }. Kies een wachtwoord om te kunnen inloggen.
choose-reset = Kies een nieuw wachtwoord voor Gehoor van { $name }. Daarna bent u overal uitgelogd.
choose-for = U logt in met het e-mailadres
choose-password = Nieuw wachtwoord
choose-help = Minstens 10 tekens. Een zin met spaties mag, en is makkelijk te onthouden.
choose-submit = Bewaar het wachtwoord
choose-fault-title = Uw wachtwoord is nog niet bewaard
choose-fault-short = Dit wachtwoord is te kort. Neem minstens 10 tekens.
choose-fault-long = Dit wachtwoord is te lang. Neem hoogstens 256 tekens.
choose-fault-common = Dit wachtwoord is makkelijk te raden. Kies een ander.
choose-fault-busy = Het lukte nu niet om het wachtwoord te bewaren. Probeer het over een minuut opnieuw.
choose-gone-title = Deze link werkt niet meer
choose-gone-text = De link is al gebruikt, vervangen door een nieuwere, of te oud. Vraag een nieuwe link aan, of vraag uw beheerder.
letter-invite-subject = Uitnodiging voor Gehoor van { $town }
letter-invite-text = Beste { $who }, u bent uitgenodigd om in Gehoor te werken voor { $town }. Kies met deze link een wachtwoord:
letter-reset-subject = Nieuw wachtwoord voor Gehoor van { $town }
letter-reset-text = Beste { $who }, iemand heeft om een nieuw wachtwoord gevraagd voor uw account in Gehoor van { $town }. Kies het met deze link:
letter-until = De link werkt één keer, tot { $moment }.
letter-not-you = Hebt u dit niet verwacht? Dan hoeft u niets te doen. Geef de link aan niemand.

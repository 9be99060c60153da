login-title = Inloggen
login-email = E-mailadres
login-password = Wachtwoord
login-submit = Inloggen
login-failed-title = U bent niet ingelogd
login-wrong = Het e-mailadres of het wachtwoord klopt niet. Probeer het opnieuw.
login-wait = Er is te vaak een verkeerd wachtwoord ingevuld. { $seconds ->
    [one] Wacht 1 seconde en probeer het opnieuw.
   *[other] Wacht { $seconds } seconden en probeer het opnieuw.
  }
login-busy = Er loggen nu veel mensen tegelijk in. Uw wachtwoord is niet gecontroleerd. Probeer het over een paar seconden opnieuw.
logged-out = U bent uitgelogd.
logged-out-everywhere = U bent overal uitgelogd, ook op andere apparaten.

## Meldingen van de browser.

notify-from = Nieuw bericht van (wie)
notify-many = (n) nieuwe berichten
notify-title = Meldingen
notify-text = Komt er iets binnen terwijl u niet naar Gehoor kijkt? Dan staat het aantal voor de titel van het tabblad. U kunt ook een melding van uw browser krijgen, of een toon. Het gaat alleen om uw eigen gesprekken, en om gesprekken van uw teams die nog van niemand zijn.
notify-switch-on = Zet meldingen aan
notify-switch-off = Zet meldingen uit
notify-state-on = Meldingen staan aan in deze browser.
notify-state-off = Meldingen staan uit in deze browser.
notify-state-denied = Uw browser weigert meldingen van Gehoor. U verandert dat in de instellingen van de browser, bij deze website.
notify-state-impossible = Deze browser kan hier geen meldingen tonen.
notify-with-text = Toon ook het begin van het bericht
notify-with-text-help = Anders staat er alleen van wie het is en via welk kanaal. Kijkt er iemand mee op uw scherm? Laat dit dan uit.
notify-tone = Speel een toon
notify-tone-help = Een browser maakt pas geluid nadat u iets in het tabblad hebt gedaan.
notify-try = Laat de toon horen

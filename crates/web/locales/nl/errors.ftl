## Als iets niet kan. Steeds: wat er gebeurde, of de tekst veilig is, wat u nu kunt doen.

error-home = Naar het begin
error-request = Geef deze code door als u hulp vraagt: { $id }
error-bad-request-title = Dit formulier klopt niet
error-bad-request-text = Er ontbrak iets, of er stond iets in dat hier niet hoort. Er is niets veranderd. Ga terug, laad de pagina opnieuw en probeer het nog eens.
error-forbidden-title = Dit mag u niet
error-forbidden-text = Hiervoor hebt u dit recht nodig: { $needed }. Vraag uw teamleider of beheerder.
error-logged-out-title = U bent uitgelogd
error-logged-out-text = Uw tekst is nog niet verstuurd, maar staat hieronder. Kopieer hem, log in en plak hem in het gesprek.
error-origin-title = Dit formulier kwam niet van deze site
error-origin-text = Voor de veiligheid is er niets veranderd. Ga naar de pagina zelf en probeer het daar opnieuw.
error-not-found-title = Deze pagina is er niet
error-not-found-text = Misschien klopt het adres niet, of mag u dit niet zien. Vraag zo nodig uw teamleider.
error-method-title = Dit adres kan zo niet gebruikt worden
error-method-text = Er is niets veranderd. Ga terug en gebruik de knop op de pagina.
error-too-large-title = Dit is te groot
error-too-large-text = Er is niets bewaard. Ga terug en maak uw tekst korter.
error-form-only-title = Dit is geen formulier
error-form-only-text = Er is niets veranderd. Gebruik de knop op de pagina.
error-conflict-title = Er is intussen iets veranderd
error-conflict-text = Er is niets veranderd door u. Ga terug, laad de pagina opnieuw en kijk wat er nu staat.
error-bug-title = Er is iets misgegaan bij ons
error-bug-text = Wat eerder is opgeslagen, is er nog. Wat u net instuurde, is niet bewaard. Ga terug om uw tekst terug te vinden en probeer het over een minuut opnieuw.
error-unavailable-title = Het lukt nu even niet
error-unavailable-text = Wat eerder is opgeslagen, is er nog. Wat u net instuurde, is niet bewaard. Ga terug om uw tekst terug te vinden en probeer het over een minuut opnieuw.
kept-text-title = Uw tekst
kept-text-safe = Het lukte nu niet om dit te bewaren. Uw tekst staat er nog. Probeer het over een minuut opnieuw.

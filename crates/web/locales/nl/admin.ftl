## Beheer: wat niet gelezen kon worden, en wat onzeker is.

raw-title = Onleesbare berichten
raw-text = Dit kwam binnen van een kanaal, maar konden we niet helemaal lezen. Het is bewaard. Is de oorzaak opgelost, laat het dan opnieuw lezen.
raw-empty = Alles wat binnenkwam, is gelezen.
raw-account = Kanaalaccount
raw-received = Binnengekomen
raw-size = Grootte
raw-bytes = { $bytes } bytes
raw-why = Waarom
raw-item = Onderdeel { $number }:
raw-whole = Het geheel:
raw-no-reason = De reden is niet bewaard.
raw-replay = Lees opnieuw
raw-replay-of = van { $account }, binnengekomen { $moment }
raw-next = Volgende
done-replay = Het wordt opnieuw gelezen. Lukt het niet, dan komt het hier terug.
sends-title = Onzekere en mislukte verzendingen
sends-text = Van deze berichten weten we niet of ze zijn aangekomen, of ze zijn niet aangekomen. Open het gesprek om te kiezen.
sends-empty = Er zijn geen onzekere of mislukte verzendingen.
sends-since = Verstuurd
sends-why = Wat er gebeurde
sends-account = Kanaalaccount
sends-open = Open het gesprek
sends-open-of = van { $moment }

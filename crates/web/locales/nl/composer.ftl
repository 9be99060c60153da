## Antwoorden en notities schrijven.

reply-heading = Antwoord
reply-label = Uw antwoord
reply-limit = De inwoner krijgt dit via { $channel }. Hoogstens { $max } { $unit }.
reply-submit = Verstuur antwoord
reply-failed-title = Uw antwoord is niet verstuurd
note-heading = Notitie
note-label = Uw notitie
note-limit = Alleen voor collega’s: de inwoner ziet dit niet. Hoogstens { $max } tekens.
note-submit = Bewaar notitie
note-failed-title = Uw notitie is niet bewaard
refused-reply-empty = Schrijf eerst een antwoord.
refused-reply-too-long = Uw antwoord heeft { $length } { $unit }. { $channel } neemt er hoogstens { $max } aan. Uw tekst staat er nog. Maak hem korter.
refused-reply-window-closed = { $channel } laat nu geen antwoord meer toe. Uw tekst staat er nog. Schrijft de inwoner opnieuw, dan kunt u weer antwoorden.
refused-reply-closed = Dit gesprek is intussen gesloten. Uw tekst staat er nog. Heropen het gesprek om hem te versturen.
refused-reply-unsendable = Dit antwoord kan niet via { $channel }. Er staat een teken in dat niet verstuurd kan worden, of er is geen adres bekend. Uw tekst staat er nog.
refused-note-empty = Schrijf eerst een notitie.
refused-note-too-long = Uw notitie heeft { $length } tekens. Er passen er hoogstens { $max } in. Uw tekst staat er nog. Maak hem korter.
conflict-reply = Een collega antwoordde intussen. Dat antwoord staat nu bij de berichten. Uw tekst staat er nog. Pas hem zo nodig aan en verstuur hem opnieuw.
key-reused = U hebt dit formulier al eerder verstuurd, met een andere tekst. Kijk eerst bij de berichten. Uw nieuwe tekst staat er nog.
composer-modes = Soort bericht

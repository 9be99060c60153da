## Wat vanzelf verandert.

live-new-message = Nieuw bericht van { $author-name }
live-one = 1 nieuw bericht
live-many = nieuwe berichten
live-new-row = 1 nieuw gesprek tonen
live-new-rows = nieuwe gesprekken tonen
live-lost = Geen verbinding. U kunt verder typen.
live-back = Weer verbonden.
live-back-one = Weer verbonden. 1 bericht bijgehaald.
live-back-many = Weer verbonden. (n) berichten bijgehaald.
live-logged-out = U bent uitgelogd. Uw tekst staat er nog. Log in een ander venster in en verstuur hem dan.
live-looks = kijkt mee.
live-types = typt een antwoord.

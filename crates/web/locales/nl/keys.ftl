## Toetsen.

keys-title = Toetsen
keys-close = Sluit
keys-are-off = Losse toetsen staan uit. U zet ze aan in uw profiel.
key-sheet = Deze lijst
key-go-open = Naar alles open
key-go-mine = Naar wat voor mij is
key-go-nobodys = Naar wat op te pakken is
key-next-row = Volgende in de lijst
key-previous-row = Vorige in de lijst
key-new-rows = Toon nieuwe gesprekken
key-region = Naar het volgende deel van het scherm
key-reply = Antwoord
key-note = Notitie
key-take = Pak het gesprek op
key-close = Sluit het gesprek
key-previous = Vorig gesprek
key-next = Volgend gesprek
key-send = Verstuur
key-send-and-close = Verstuur en sluit
key-leave = Verlaat het tekstvak, de tekst blijft
keys-profile-title = Losse toetsen
keys-profile-text = Op het scherm met gesprekken doet een losse letter iets, bijvoorbeeld A voor antwoord. Gebruikt u spraakbediening, of drukt u vaak per ongeluk? Zet ze dan uit. Ctrl en F6 blijven werken.
keys-switch-off = Zet losse toetsen uit
keys-switch-on = Zet losse toetsen aan

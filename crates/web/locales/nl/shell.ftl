## De rand van iedere pagina.

skip-to-content = Naar de inhoud
menu-label = Hoofdmenu
menu-conversations = Gesprekken
menu-raw-events = Onleesbare berichten
menu-sends = Verzendingen
menu-profile = Profiel
log-out = Uitloggen
language-label = Taal
language-nl = Nederlands
language-en = English
paging-label = Bladeren
skip-to-list = Naar de lijst
skip-to-conversation = Naar het gesprek
skip-to-composer = Naar het antwoordvak
skip-to-context = Naar de gegevens
menu-bottom-label = Hoofdmenu onderaan
menu-search = Zoeken

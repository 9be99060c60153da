## Zoeken en doen.

palette-title = Zoeken en doen
palette-label = Zoek een gesprek, een plek of een opdracht
palette-results = Resultaten
palette-acts = Doen in dit gesprek
palette-people = Geven aan een collega
palette-give = Geef aan (wie)
palette-recent = Gesprekken
palette-places = Naar
palette-search = Zoek in alle gesprekken
palette-search-for = Zoek in alle gesprekken naar “(vraag)”
palette-choose = kies
palette-do = doe
palette-one = 1 resultaat
palette-many = (n) resultaten

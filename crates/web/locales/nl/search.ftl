## Zoeken in gesprekken.

search-title = Zoeken
search-label = Waar zoekt u naar?
search-help = Typ een paar woorden. U vindt berichten waar al die woorden in staan, ook in een andere vorm: “lamp” vindt ook “straatlampen”.
search-order-label = Volgorde
search-order-newest = Nieuwste eerst
search-order-best = Beste eerst
search-submit = Zoek
search-filters-title = Preciezer zoeken
search-filters-writer = Wie het schreef: de naam of het nummer. Een deel van de naam mag ook.
search-filters-channel = Het kanaal waarop het bericht kwam.
search-filters-team = Gesprekken van dit team.
search-filters-owner = Wie het gesprek behandelt: een naam, “mij” of “niemand”.
search-filters-status = Hoe het gesprek staat: open, gesloten of nieuw.
search-filters-days = Vanaf een dag. Met “tot:” zoekt u tot en met een dag.
search-filters-phrase = Precies deze woorden naast elkaar.
search-filters-without = Zonder dit woord.
search-filter-writer = van:
search-filter-channel = kanaal:
search-filter-team = team:
search-filter-owner = voor:
search-filter-status = status:
search-filter-since = sinds:
search-filter-until = tot:
search-too-long = Dit is te lang: { $characters } tekens. U kunt zoeken met { $max } tekens. Gebruik een paar woorden.
search-incomplete = Nog niet alles is doorzoekbaar. Oude berichten komen er op dit moment bij.
search-unknown-filter = “{ $filter }:” is geen filter. Wij zoeken het als gewoon woord.
search-unknown-value = “{ $filter }” begrijpen wij niet. Wij zoeken het als gewone woorden.
search-too-many-words = U typte meer dan { $max } woorden. De laatste zoeken wij niet.
search-whole-words = Veel woorden beginnen zoals uw laatste woord. Wij zoeken daarom alleen dat woord zelf.
search-partly = Geen bericht heeft al deze woorden. Hieronder staan berichten met een deel van de woorden.
search-empty = Niets gevonden. Probeer een ander woord of minder woorden.
search-empty-so-far = In de nieuwste berichten staat niets. U kunt verder terug zoeken.
search-to-drop = Zonder { $filter } is er wel iets te vinden.
search-more-hits = { $count ->
    [one] En nog 1 bericht in dit gesprek.
   *[other] En nog { $count } berichten in dit gesprek.
}
search-ours = Wij:
search-note = Notitie:
search-next = Verder terug
search-first = Terug naar het begin

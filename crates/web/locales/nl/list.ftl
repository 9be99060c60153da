## De lijst met gesprekken.

list-title = Gesprekken
list-filters = Filters
list-status-label = Welke gesprekken
list-status-open = Open
list-status-closed = Gesloten
list-status-all = Alle
list-show-label = Van wie
list-show-all = Van iedereen
list-show-mine = Van mij
list-show-nobody = Van niemand
list-filter-submit = Toon
list-sorted-waiting = Wie het langst wacht, staat bovenaan.
list-sorted-newest = Het nieuwste staat bovenaan.
list-next = Volgende gesprekken
list-first = Terug naar het begin
list-empty-open = Iedereen is geholpen. Er wacht nu niemand op een antwoord.
list-empty-mine = U hebt geen open gesprekken. Kijk bij “Van niemand” of iemand wacht.
list-empty-nobody = Ieder open gesprek heeft een behandelaar.
list-empty-closed = Er zijn nog geen gesloten gesprekken.
list-empty-all = Er zijn nog geen gesprekken. Schrijft een inwoner, dan staat dat hier.
row-ours = Wij:
row-no-text = zonder tekst
row-not-waiting = wacht niet op ons
row-nobody = Nog niemand
row-assignee = Behandelaar: { $assignee-name }
row-team = Team { $team-name }

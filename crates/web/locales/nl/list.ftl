## De lijst met gesprekken.

list-sorted-waiting = Wie het langst wacht, staat bovenaan.
list-sorted-newest = Het nieuwste staat bovenaan.
list-next = Volgende gesprekken
list-first = Terug naar het begin
list-empty-open = Iedereen is geholpen. Er wacht nu niemand op een antwoord.
list-empty-mine = U hebt geen open gesprekken. Kijk bij “Op te pakken” of iemand wacht.
list-empty-nobody = Ieder open gesprek heeft een behandelaar.
list-empty-closed = Er zijn nog geen gesloten gesprekken.
list-empty-all = Er zijn nog geen gesprekken. Schrijft een inwoner, dan staat dat hier.
row-ours = Wij:
row-deleted = verwijderd
row-no-text = zonder tekst
row-not-waiting = wacht niet op ons
row-nobody = Nog niemand
row-assignee = Behandelaar: { $assignee-name }
row-team = Team { $team-name }
list-open = Alles open
list-mine = Voor mij
list-nobodys = Op te pakken
list-for-resident = Wacht op inwoner
list-closed = Gesloten
list-all = Alle gesprekken
list-views = Lijsten
list-count-of = gesprekken
list-choose = Kies links een gesprek.
list-empty-for-resident = Geen enkel gesprek wacht op een inwoner.

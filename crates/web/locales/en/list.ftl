## The list of conversations.

list-title = Conversations
list-filters = Filters
list-status-label = Which conversations
list-status-open = Open
list-status-closed = Closed
list-status-all = All
list-show-label = Whose
list-show-all = Everybody’s
list-show-mine = Mine
list-show-nobody = Nobody’s
list-filter-submit = Show
list-sorted-waiting = Who has waited longest is on top.
list-sorted-newest = The newest is on top.
list-next = Next conversations
list-first = Back to the start
list-empty-open = Everybody has been helped. Nobody is waiting for an answer now.
list-empty-mine = You have no open conversations. Look under “Nobody’s” whether somebody is waiting.
list-empty-nobody = Every open conversation has somebody who handles it.
list-empty-closed = There are no closed conversations yet.
list-empty-all = There are no conversations yet. When a resident writes, it appears here.
row-ours = We:
row-no-text = without text
row-not-waiting = not waiting for us
row-nobody = Nobody yet
row-assignee = Handled by: { $assignee-name }
row-team = Team { $team-name }

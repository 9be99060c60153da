## The list of conversations.

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
row-deleted = deleted
row-no-text = without text
row-not-waiting = not waiting for us
row-nobody = Nobody yet
row-assignee = Handled by: { $assignee-name }
row-team = Team { $team-name }
list-open = Everything open
list-mine = For me
list-nobodys = To pick up
list-for-resident = Waiting for the resident
list-closed = Closed
list-all = All conversations
list-views = Lists
list-count-of = conversations
list-choose = Choose a conversation on the left.
list-empty-for-resident = No conversation waits for a resident.

## Searching conversations.

search-title = Search
search-label = What are you looking for?
search-help = Type a few words. You find messages that hold all of them, in other forms, too: “lamp” also finds “straatlampen”.
search-order-label = Order
search-order-newest = Newest first
search-order-best = Best first
search-submit = Search
search-filters-title = Search more precisely
search-filters-writer = Who wrote it: the name or the number. A part of the name will do.
search-filters-channel = The channel that the message came by.
search-filters-team = Conversations of this team.
search-filters-owner = Who handles the conversation: a name, “me” or “nobody”.
search-filters-status = How the conversation stands: open, closed or new.
search-filters-days = From a day on. “until:” searches up to and including a day.
search-filters-phrase = Exactly these words side by side.
search-filters-without = Without this word.
search-filter-writer = from:
search-filter-channel = channel:
search-filter-team = the filter team:
search-filter-owner = for:
search-filter-status = the filter status:
search-filter-since = since:
search-filter-until = until:
search-too-long = This is too long: { $characters } characters. You can search with { $max } characters. Use a few words.
search-incomplete = Not everything can be searched yet. Old messages are being added at this moment.
search-unknown-filter = “{ $filter }:” is no filter. We look for it as a plain word.
search-unknown-value = We do not understand “{ $filter }”. We look for it as plain words.
search-too-many-words = You typed more than { $max } words. We do not look for the last ones.
search-whole-words = Many words begin like your last word. So we look for that word itself only.
search-partly = No message has all of these words. These messages have some of them.
search-empty = Nothing found. Try another word, or fewer words.
search-empty-so-far = There is nothing in the newest messages. You can search further back.
search-to-drop = Without { $filter } there is something to be found.
search-more-hits = { $count ->
    [one] And 1 more message in this conversation.
   *[other] And { $count } more messages in this conversation.
}
search-ours = We:
search-note = Note:
search-next = Further back
search-first = Back to the beginning

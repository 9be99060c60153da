## Search and do.

palette-title = Search and do
palette-label = Find a conversation, a place or a command
palette-results = Results
palette-acts = Do in this conversation
palette-people = Give to a colleague
palette-give = Give to (wie)
palette-recent = Conversations
palette-places = Go to
palette-search = Search all conversations
palette-search-for = Search all conversations for “(vraag)”
palette-choose = choose
palette-do = do
palette-one = 1 result
palette-many = (n) results

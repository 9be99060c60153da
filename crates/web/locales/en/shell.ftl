## The edge of every page.

skip-to-content = To the content
menu-label = Main menu
menu-conversations = Conversations
menu-raw-events = Unread messages
menu-sends = Sends
menu-profile = Profile
log-out = Log out
language-label = Language
language-nl = Nederlands
language-en = English
paging-label = Pages
skip-to-list = To the list
skip-to-conversation = To the conversation
skip-to-composer = To the answer
skip-to-context = To the details
menu-bottom-label = Main menu at the bottom
menu-search = Search

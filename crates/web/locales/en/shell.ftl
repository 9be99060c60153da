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

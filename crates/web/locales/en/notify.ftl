## Notifications of the browser.

notify-from = New message of (wie)
notify-many = (n) new messages
notify-title = Notifications
notify-text = Does something come in while you do not look at Gehoor? Then the number stands before the title of the tab. You can get a notification of your browser as well, or a tone. It is only about your own conversations, and those of your teams that are nobody’s yet.
notify-switch-on = Switch notifications on
notify-switch-off = Switch notifications off
notify-state-on = Notifications are on in this browser.
notify-state-off = Notifications are off in this browser.
notify-state-denied = Your browser refuses notifications of Gehoor. You change that in the settings of the browser, for this website.
notify-state-impossible = This browser cannot show notifications here.
notify-with-text = Show the beginning of the message as well
notify-with-text-help = Otherwise it only says whose it is and through which channel. Does somebody look at your screen with you? Then leave this off.
notify-tone = Play a tone
notify-tone-help = A browser makes no sound before you did something in the tab.
notify-try = Let me hear the tone

## What changes by itself.

live-new-message = New message from { $author-name }
live-one = 1 new message
live-many = new messages
live-new-row = Show 1 new conversation
live-new-rows = new conversations to show
live-lost = No connection. You can go on typing.
live-back = Connected again.
live-back-one = Connected again. 1 message caught up with.
live-back-many = Connected again. (n) messages caught up with.
live-logged-out = You were logged out. Your text is still there. Log in in another window, then send it.
live-looks = is looking, too.
live-types = is typing an answer.

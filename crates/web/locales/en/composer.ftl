## Writing answers and notes.

reply-heading = Answer
reply-label = Your answer
reply-limit = The resident gets this by { $channel }. At most { $max } { $unit }.
reply-submit = Send answer
reply-failed-title = Your answer has not been sent
note-heading = Note
note-label = Your note
note-limit = Only for colleagues: the resident does not see this. At most { $max } characters.
note-submit = Save note
note-failed-title = Your note has not been saved
refused-reply-empty = Write an answer first.
refused-reply-too-long = Your answer has { $length } { $unit }. { $channel } takes at most { $max }. Your text is still here. Make it shorter.
refused-reply-window-closed = { $channel } allows no answer any more now. Your text is still here. When the resident writes again, you can answer again.
refused-reply-closed = This conversation has been closed in the meantime. Your text is still here. Reopen the conversation to send it.
refused-reply-unsendable = This answer cannot go by { $channel }. It contains a character that cannot be sent, or no address is known. Your text is still here.
refused-note-empty = Write a note first.
refused-note-too-long = Your note has { $length } characters. At most { $max } fit. Your text is still here. Make it shorter.
conflict-reply = A colleague answered in the meantime. That answer is among the messages now. Your text is still here. Change it if you need to, and send it again.
key-reused = You sent this form before, with another text. Look at the messages first. Your new text is still here.
composer-modes = Kind of message

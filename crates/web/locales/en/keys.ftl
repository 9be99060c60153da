## Keys.

keys-title = Keys
keys-close = Close
keys-are-off = Single keys are off. You switch them on in your profile.
key-sheet = This list
key-go-open = To everything open
key-go-mine = To what is for me
key-go-nobodys = To what can be picked up
key-next-row = Next in the list
key-previous-row = Previous in the list
key-new-rows = Show new conversations
key-region = To the next region of the screen
key-reply = Answer
key-note = Note
key-take = Take it
key-close = Close the conversation
key-previous = Previous conversation
key-next = Next conversation
key-send = Send
key-send-and-close = Send and close
key-leave = Leave the field, the text stays
keys-profile-title = Single keys
keys-profile-text = On the screen with conversations a single letter does something, such as A for answer. Do you use speech control, or press keys by accident? Then switch them off. Ctrl and F6 go on working.
keys-switch-off = Switch single keys off
keys-switch-on = Switch single keys on

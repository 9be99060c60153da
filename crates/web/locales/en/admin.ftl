## Administration: what could not be read, and what is uncertain.

raw-title = Unread messages
raw-text = This came in from a channel, but we could not read it completely. It has been kept. When the cause is mended, have it read again.
raw-empty = Everything that came in has been read.
raw-account = Channel account
raw-received = Came in
raw-size = Size
raw-bytes = { $bytes } bytes
raw-why = Why
raw-item = Item { $number }:
raw-whole = The whole:
raw-no-reason = The reason has not been kept.
raw-replay = Read again
raw-replay-of = of { $account }, came in { $moment }
raw-next = Next
done-replay = It is being read again. If that fails, it comes back here.
sends-title = Uncertain and failed sends
sends-text = Of these messages we do not know whether they arrived, or they did not arrive. Open the conversation to choose.
sends-empty = There are no uncertain or failed sends.
sends-since = Sent
sends-why = What happened
sends-account = Channel account
sends-open = Open the conversation
sends-open-of = of { $moment }

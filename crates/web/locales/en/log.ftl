## Lines between the messages of a conversation: what happened to it.

line-somebody = A colleague
line-taken = { $colleague-name } took the conversation
line-given = { $colleague-name } gave the conversation to { $whom-name }
line-given-by-nobody = The conversation went to { $whom-name }
line-given-back = { $colleague-name } gave the conversation back to the team
line-given-back-by-nobody = The conversation went back to the team
line-closed = { $colleague-name } closed the conversation: { $outcome }
line-closed-by-nobody = The conversation was closed: { $outcome }
line-reopened = { $colleague-name } reopened the conversation
line-reopened-by-message = The conversation opened again
line-joined = Another conversation with this author was added here
line-identity = The author has another name or number on this channel
line-other = Something changed in this conversation
line-more = More happened before. These are the last { $count } lines.

## The manual.

menu-manual = Manual
manual-title = Manual
manual-lead = How you work with Gehoor. Begin with your first day. Read the rest when you need it.
manual-language = The manual is in Dutch.
manual-chapters = Chapters
manual-onwards = Read on
manual-previous = Previous chapter:
manual-next = Next chapter:

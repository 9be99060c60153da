## De handleiding.

menu-manual = Handleiding
manual-title = Handleiding
manual-lead = Zo werkt u met Gehoor. Begin met uw eerste dag. De rest leest u als u het nodig hebt.
manual-language = De handleiding is in het Nederlands.
manual-chapters = Hoofdstukken
manual-onwards = Verder lezen
manual-previous = Vorig hoofdstuk:
manual-next = Volgend hoofdstuk:

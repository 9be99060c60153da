## Licht, donker en contrast.

appearance-title = Weergave
appearance-text = Zo ziet Gehoor eruit in deze browser. Collega’s merken er niets van.
appearance-scheme = Kleuren
appearance-system = Zoals mijn apparaat
appearance-light = Licht
appearance-dark = Donker
appearance-contrast = Hoog contrast
appearance-contrast-help = Zwart op wit of wit op zwart, met duidelijke lijnen. Vraagt uw apparaat al om meer contrast? Dan krijgt u dat ook zonder vinkje.
appearance-submit = Bewaar de weergave
appearance-done = De weergave is bewaard voor deze browser.

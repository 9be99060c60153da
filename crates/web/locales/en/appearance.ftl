## Light, dark and contrast.

appearance-title = Appearance
appearance-text = This is how Gehoor looks in this browser. Colleagues notice nothing of it.
appearance-scheme = Colours
appearance-system = As my device
appearance-light = Light
appearance-dark = Dark
appearance-contrast = High contrast
appearance-contrast-help = Black on white or white on black, with clear lines. Does your device ask for more contrast already? Then you get that without a tick as well.
appearance-submit = Save the appearance
appearance-done = The appearance is saved for this browser.

## The look of the municipality.

menu-look = Look
look-title = Look
look-text = This is how your municipality looks in Gehoor: on every page, and on the page where colleagues log in.
look-name = Name of the municipality
look-name-help = As residents know it, for example: Gemeente Zwanendam
look-hosts = Web addresses
look-hosts-help = At these addresses the log-in page shows your name, colour and logo. Put each address on a line of its own, for example: webcare.gemeente.nl. Whoever runs Gehoor for you makes the address work.
look-brand = Colour
look-brand-help = One colour, written as #14606e. Gehoor makes all other colours of it, always easy to read. Leave it empty for Gehoor’s own colour.
look-logo = Logo
look-logo-help = An SVG or a PNG of at most 32 kB. The logo is small on the page: a symbol works better than a name.
look-logo-now = The present logo
look-logo-remove = Take this logo away
look-submit = Save
look-done = The look is saved. Whoever has a page open sees it with the next one.
look-fault-brand = Write the colour as a number sign with six digits or letters, for example #14606e
look-fault-host = “{ $host }” is no web address. An example: webcare.gemeente.nl
look-fault-hosts = Fill in at most 20 web addresses.
look-fault-host-taken = The web address “{ $host }” belongs to another municipality already.
look-fault-kind = This is no SVG or PNG. Choose another file.
look-fault-large = This file is larger than 32 kB. Make the logo smaller or simpler.
look-fault-dots = This PNG is larger than 1024 by 1024 dots. Make it smaller.
look-fault-parts = This drawing has too many parts. Make the logo simpler, or choose a PNG.
look-fault-damaged = This file is damaged. Save the logo again and try once more.
look-fault-forbidden = There is “{ $part }” in this SVG. That is not safe in a logo. Turn everything into shapes in your drawing program, or choose a PNG.

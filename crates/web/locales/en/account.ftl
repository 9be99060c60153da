## One's own account: the second step, devices, a lost password, an invitation.

code-title = Second step
code-text = Your password is right. Now open the app on your phone and fill in the code. You have 5 minutes.
code-label = Code of the app
code-help = Six digits. Lost the app? Fill in a recovery code.
code-submit = Log in
code-wrong = This code is wrong, or was used. Wait for the next code of the app.
code-wait = A wrong code was filled in too often. { $seconds ->
    [one] Wait 1 second and try again.
   *[other] Wait { $seconds } seconds and try again.
  }
code-over = Logging in took too long, or the code was wrong too often. Begin again.
code-again = Begin again with logging in
login-forgotten = Forgotten your password?
login-password-chosen = Your password was saved. You can log in with it now.
factor-title = Second step at log-in
factor-lead = With a second step your password alone is not enough to log in. You also need a code of your phone.
factor-must = Your municipality asks everybody for a second step. Set it up now. Then you can go on.
factor-begin-text = You need an app that makes codes, such as Aegis, 2FAS, Google Authenticator or Microsoft Authenticator.
factor-begin = Set up the second step
factor-scan-title = 1. Put the code in the app
factor-scan-text = Open the app, choose a new account and point the camera at this picture.
factor-scan-alt = Picture for the app. If you cannot use it, copy the key below.
factor-secret-label = The picture does not work? Copy this key into the app:
factor-confirm-title = 2. Fill in the code that the app shows
factor-confirm = Switch on
factor-again = Begin again with another picture
factor-on = The second step is on since { $moment }.
factor-codes-left = { $count ->
    [0] You have no recovery codes left. Make new ones.
    [one] You have 1 recovery code left.
   *[other] You have { $count } recovery codes left.
  }
factor-renew-title = New recovery codes
factor-renew-text = The recovery codes that you had then stop working.
factor-renew = Make new recovery codes
factor-remove-title = Switch the second step off
factor-remove-text = After that your password is enough again to log in.
factor-remove = Switch off
factor-remove-required = Your municipality asks everybody for a second step. So you cannot switch it off.
factor-proof-password = Your password
factor-proof-code = Code of the app
factor-fault-title = This did not work
factor-fault-code = This code is wrong. See whether the clock of your phone is right, and take the newest code.
factor-fault-proof = The password or the code is wrong. A code works once only.
factor-fault-wait = It failed too often. { $seconds ->
    [one] Wait 1 second and try again.
   *[other] Wait { $seconds } seconds and try again.
  }
factor-done-off = The second step is off.
factor-to-profile = To your profile
codes-title = Your recovery codes
codes-text = Keep these codes in a safe place, not on the phone with the app. With each code you can log in once when you lost the app. You see them only once.
codes-done = I have kept the codes
change-section = Password
change-section-text = Choose another password when somebody may know yours.
change-title = Another password
change-lead = After that you are logged out on your other devices. Here you go on.
change-current = Your current password
change-forgotten = Do you not know it any more? Log out and choose “Forgotten your password?” when you log in.
change-fault-current = This is not your current password.
change-fault-same = This is your password already. Choose another.
change-done = Your password was changed. You are logged out on other devices.
profile-places = Other pages
profile-factor-title = Second step
profile-factor-on = The second step at log-in is on.
profile-factor-off = The second step at log-in is off.
profile-factor-link = See or change the second step
devices-title = Where you are logged in
devices-text = You do not know a device? Log it out and choose a new password.
devices-col-device = Device
devices-col-begun = Logged in
devices-col-seen = Last used
devices-col-end = Log out
devices-this = This device
devices-on = { $browser } on { $system }
devices-unknown-browser = Unknown browser
devices-unknown-system = unknown device
devices-end = Log out
devices-end-of = on { $device }, logged in { $moment }
devices-end-others = Log out all other devices
devices-done-one = That device was logged out.
devices-done-others = All other devices were logged out.
forgotten-title = Forgotten password
forgotten-text = Fill in your e-mail address. If we know you, you get an e-mail with a link. It works for an hour.
forgotten-submit = Send me a link
forgotten-done-title = Look in your e-mail
forgotten-done-text = If we know this address, you get an e-mail with a link within a few minutes. Nothing came? Look among unwanted e-mail, or ask your administrator.
forgotten-wait = A link was asked for too often. Look in your e-mail first. { $seconds ->
    [one] You can ask again in 1 second.
   *[other] You can ask again in { $seconds } seconds.
  }
forgotten-no-mail = Gehoor cannot send e-mail here. Ask your administrator for a link for a new password.
forgotten-back = To the log-in
choose-title = Choose a password
choose-welcome = Welcome to Gehoor of { $name }. Choose a password, so that you can log in.
choose-reset = Choose a new password for Gehoor of { $name }. You are then logged out everywhere.
choose-for = You log in with the e-mail address
choose-password = New password
choose-help = At least 10 characters. A sentence with spaces is fine, and easy to remember.
choose-submit = Save the password
choose-fault-title = Your password has not been saved yet
choose-fault-short = This password is too short. Take at least 10 characters.
choose-fault-long = This password is too long. Take at most 256 characters.
choose-fault-common = This password is easy to guess. Choose another one.
choose-fault-busy = The password could not be saved now. Try again in a minute.
choose-gone-title = This link does not work any more
choose-gone-text = The link was used, replaced by a newer one, or is too old. Ask for a new link, or ask your administrator.
letter-invite-subject = Invitation to Gehoor of { $town }
letter-invite-text = Dear { $who }, you are invited to work in Gehoor for { $town }. Choose a password with this link:
letter-reset-subject = New password for Gehoor of { $town }
letter-reset-text = Dear { $who }, somebody asked for a new password for your account in Gehoor of { $town }. Choose it with this link:
letter-until = The link works once, until { $moment }.
letter-not-you = You did not expect this? Then you need not do anything. Give the link to nobody.

login-title = Log in
login-email = E-mail address
login-password = Password
login-submit = Log in
login-failed-title = You are not logged in
login-wrong = The e-mail address or the password is wrong. Try again.
login-wait = A wrong password was entered too often. { $seconds ->
    [one] Wait 1 second and try again.
   *[other] Wait { $seconds } seconds and try again.
  }
login-busy = Many people are logging in right now. Your password was not checked. Try again in a few seconds.
logged-out = You are logged out.
logged-out-everywhere = You are logged out everywhere, on other devices too.

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
logged-out = You are logged out.
logged-out-everywhere = You are logged out everywhere, on other devices too.

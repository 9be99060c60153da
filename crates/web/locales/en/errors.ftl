## When something cannot be done. Always: what happened, whether the text is safe, what to do now.

error-home = To the start
error-request = Mention this code when you ask for help: { $id }
error-bad-request-title = This form is not right
error-bad-request-text = Something was missing, or something was in it that does not belong here. Nothing has changed. Go back, reload the page and try again.
error-forbidden-title = You may not do this
error-forbidden-text = You need this right for it: { $needed }. Ask your team leader or administrator.
error-logged-out-title = You are logged out
error-logged-out-text = Your text has not been sent yet, but stands below. Copy it, log in and paste it into the conversation.
error-origin-title = This form did not come from this site
error-origin-text = For safety nothing has changed. Go to the page itself and try again there.
error-not-found-title = This page does not exist
error-not-found-text = Perhaps the address is wrong, or you may not see this. Ask your team leader if you need to.
error-method-title = This address cannot be used like this
error-method-text = Nothing has changed. Go back and use the button on the page.
error-too-large-title = This is too large
error-too-large-text = Nothing has been saved. Go back and make your text shorter.
error-form-only-title = This is no form
error-form-only-text = Nothing has changed. Use the button on the page.
error-conflict-title = Something changed in the meantime
error-conflict-text = You have changed nothing. Go back, reload the page and look at what is there now.
error-bug-title = Something went wrong on our side
error-bug-text = What was saved before is still there. What you just sent has not been saved. Go back to find your text again and try once more in a minute.
error-unavailable-title = It does not work right now
error-unavailable-text = What was saved before is still there. What you just sent has not been saved. Go back to find your text again and try once more in a minute.
kept-text-title = Your text
kept-text-safe = This could not be saved just now. Your text is still here. Try again in a minute.

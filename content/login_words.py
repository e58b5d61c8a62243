"""What officers are told in their chats about their own log-in at the desk, by what happened."""

CODE = "second.code"
SET_UP = "second.set_up"
DROPPED = "second.dropped"
RESET = "second.reset"
RECOVERY = "second.recovery"
GUESSED = "second.guessed"

try:
    raise ExceptionGroup("mixed", [ValueError("v"), TypeError("t"), OSError("o")])
except* ValueError as e:
    print("handled", e.exceptions)
except* TypeError:
    raise

saved = None


def make():
    raise LookupError("made here")


try:
    make()
except LookupError as e:
    saved = e
print("raised again later")
raise saved

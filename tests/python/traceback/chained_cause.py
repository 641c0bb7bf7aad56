def load(text):
    try:
        return int(text)
    except ValueError as error:
        raise RuntimeError(f"bad configuration: {text!r}") from error


load("42")
load("forty-two")

def a():
    raise ValueError


try:
    a()
except ValueError:
    raise KeyError() from KeyError("")

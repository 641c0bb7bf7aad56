try:
    [][0]
except IndexError:
    raise TypeError("from a class") from OSError

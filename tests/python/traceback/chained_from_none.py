try:
    1 / 0
except ZeroDivisionError:
    raise ValueError("the context is hidden") from None

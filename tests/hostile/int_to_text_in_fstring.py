# expect: ValueError
f"{7**200_000:,}"

# expect: Timeout
# Each pop moves a megabyte: quadratic work that must be charged as it is done.
items = list(range(1_000_000))
while items:
    items.pop(0)
    items.append(1)

try:
    list(range(10**30))
except OverflowError as e:
    print(e)
try:
    [*range(10**30)]
except OverflowError as e:
    print(e)
print(list(range(2**70, 2**70+3)))
try:
    sorted(range(10**30))
except OverflowError as e:
    print(e)
try:
    [].extend(range(10**30))
except OverflowError as e:
    print(e)
try:
    tuple(range(10**30))
except OverflowError as e:
    print(e)


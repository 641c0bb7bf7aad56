# expect: Memory
# Never one large allocation: the run ends, and no handler sees it.
# never: escaped
x = []
try:
    while True:
        x = [x]
except BaseException:
    print("escaped")
finally:
    print("escaped")

# expect: Timeout
# Every level tries again: 2**1000 calls.
def f():
    try:
        f()
    except RecursionError:
        f()


f()

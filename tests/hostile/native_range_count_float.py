# expect: ok
# CPython would look at every element for years.
if range(10**18).count(0.5) == 0:
    print("ok")

# expect: ok
# CPython looks at every element; what no element can equal is known at once.
if 0.5 not in range(10**18):
    print("ok")

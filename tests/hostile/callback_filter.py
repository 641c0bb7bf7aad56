# expect: Timeout
for x in filter(lambda x: False, iter(int, 1)):
    print(x)

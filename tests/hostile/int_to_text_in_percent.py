# expect: ValueError
"%d" % (7**200_000)

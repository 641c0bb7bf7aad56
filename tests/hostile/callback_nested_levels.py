# expect: Timeout
# A spinning callback below sort, map, filter and a comprehension at once.
def bottom(x):
    while True:
        pass


sorted([[y for y in map(bottom, filter(lambda z: True, [1, 2]))] for x in [1, 2]], key=lambda x: x)

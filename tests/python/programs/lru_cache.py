def lru(size):
    def decorate(f):
        cache, stats = {}, {"hits": 0, "misses": 0, "evicted": []}

        def wrapper(*args):
            if args in cache:
                stats["hits"] += 1
                cache[args] = value = cache.pop(args)
                return value
            stats["misses"] += 1
            value = cache[args] = f(*args)
            if len(cache) > size:
                oldest = next(iter(cache))
                stats["evicted"].append(oldest)
                del cache[oldest]
            return value

        wrapper.cache, wrapper.stats = cache, stats
        return wrapper

    return decorate


@lru(3)
def square(n):
    return n * n


print([square(n) for n in (1, 2, 3, 1, 4, 2, 1, 5)])
print(square.cache, square.stats)


@lru(500)
def paths(r, c):
    return 1 if r == 0 or c == 0 else paths(r - 1, c) + paths(r, c - 1)


print(paths(16, 16), paths.stats["hits"], paths.stats["misses"], len(paths.cache))
try:
    square([1])
except TypeError as e:
    print(e)
try:
    square("a")
except TypeError as e:
    print(e, ("a",) in square.cache)

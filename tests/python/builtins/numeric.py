print(abs(-5), abs(5.5), abs(-0.0), abs(3 + 4j), abs(True), abs(-(10**30)), abs(float("-inf")))
print(divmod(7, 3), divmod(-7, 3), divmod(7.5, 2), divmod(-7, 2.0), divmod(True, 2), divmod(10**30, 7))
print(round(2.5), round(3.5), round(-2.5), round(2.567, 2), round(1234, -2), round(0.5), round(1e20), round(True))
print(sum([1, 2, 3]), sum([], 10), sum([0.5, 1]), sum(range(101)), sum([[1], [2]], []), sum((1, 2), start=5), sum(map(int, "123")))
print(min(1, 2), max(1, 2.5), min([3, 1]), max("abc"), pow(2, 10), pow(2, -1), pow(2, 3, 5), pow(2.0, 3))
print(bin(10), oct(64), hex(255), bin(-10), hex(-1), chr(97), ord("a"), int("12"), float("1.5"), complex(1, 2), bool([]))
print(hash(5), hash(5.0), hash(True), hash(None) == hash(None), hash("a") == hash("a"), hash((1, 2)) == hash((1, 2)), hash(2**61), hash(-1), hash(1.5))
print(id(None) == id(None), id([]) is not None, type(id(5)).__name__, isinstance(hash("x"), int))
for f in (lambda: abs("a"), lambda: abs(None), lambda: divmod(1, 0), lambda: divmod(1.0, 0), lambda: divmod("a", 1), lambda: round("a"), lambda: sum("abc"), lambda: sum([1, "a"]), lambda: pow("a", 2), lambda: bin(1.5), lambda: hex("a"), lambda: hash([]), lambda: hash({}), lambda: hash(set()), lambda: hash(([],)), lambda: sum(5), lambda: divmod(1j, 1), lambda: abs(), lambda: abs([])):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)

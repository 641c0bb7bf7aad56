inf, nan = float("inf"), float("nan")
print(nan == nan, nan is nan, nan in [nan], [nan] == [nan], (nan,) == (nan,), {nan: 1} == {nan: 1})
print(nan < 1, nan > 1, nan <= nan, nan >= nan, nan != nan)
print(min(nan, 1), max(1, nan), min(1, nan), max(nan, 1))
print(0.0 == -0.0, 0.0 is 0.0 or True, str(-0.0), 1 / inf, -1 / inf)
print(sorted([3.5, -inf, 2, inf, -0.0, 0, 1e-300]))
print(0.1 + 0.2 == 0.3, abs(0.1 + 0.2 - 0.3) < 1e-9, 1e16 + 1 == 1e16)
print(bool(nan), bool(0.0), bool(-0.0), bool(1e-300), not inf)
print([nan].count(nan), [nan].index(nan), [1.0, 2.0].index(2))
print(1.0 == 1, 1.0 == True, 0.5 == 1 / 2, 2.0**70 == 2**70, 1e22 == 10**22, 1e23 == 10**23)
try:
    1.0 < "a"
except TypeError as e:
    print(e)
try:
    1.0 < 1j
except TypeError as e:
    print(e)

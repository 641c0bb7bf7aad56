def f(x):
    print("f", x, end=" ")
    return x


print("yes" if f(1) else "no", "yes" if f(0) else "no")
print("a" if 0 else "b" if 0 else "c", ("a" if 1 else "b") if 0 else "c")
print(f(1) < f(2) < f(3))
print(f(1) < f(0) < f(3))
print(f(1) < f(2) > f(0) != f(5) == f(5))
print(1 < 2 < 3, 3 > 2 > 1 > 0, 1 < 3 < 2, 1 == 1 == 1, 1 == 1.0 == True, 1 != 2 != 1)
print(1 in [1] in [[1]], "a" in "ab" == "ab", 1 is 1 is not None, None is None is None)
print((1 < 2) < 3, 1 < (2 < 3), not 1 < 2)
x = 5
print(0 < x <= 5, 5 < x < 1 / 1, x if x > 3 else -x)
print([("fizz" if i % 3 == 0 else "") + ("buzz" if i % 5 == 0 else "") or i for i in range(1, 16)])
print((lambda a, b: a if a > b else b)(3, 9))
try:
    1 < 2 < "a"
except TypeError as e:
    print(e)
print(1 > 2 < "a")

# A list looks empty to its key function while it is sorted, and changing it is an error afterwards.
a = [3, 1, 2]
seen = []
a.sort(key=lambda x: seen.append(len(a)) or x)
print(a, seen)
b = [3, 1, 2]


def push(x):
    b.append(x)
    return x


try:
    b.sort(key=push)
except ValueError as e:
    print(e, b)
c = [1, 2, "x", 0]
try:
    c.sort()
except TypeError as e:
    print(e, len(c), sorted(map(str, c)))
d = [4, 3, 2, 1]
try:
    d.sort(key=lambda x: 1 // (x - 2))
except ZeroDivisionError as e:
    print(e, d)
stable = [(i % 3, i) for i in range(30)]
stable.sort(key=lambda p: p[0])
print(stable)
stable.sort(key=lambda p: p[0], reverse=True)
print(stable)
runs = list(range(50)) + list(range(50)) + list(range(100, 50, -1))
print(sorted(runs) == sorted(runs[::-1]), sorted(runs)[:6], sorted(runs)[-3:])

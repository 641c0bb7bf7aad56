# expect: ok
n = 30_000
organ_pipe = list(range(n)) + list(range(n, 0, -1))
assert sorted(organ_pipe)[0] == 0
saw = [i % 100 for i in range(n)]
assert sorted(saw)[-1] == 99
killer = []
for i in range(n // 2):
    killer.append(i if i % 2 else n - i)
assert sorted(killer) == sorted(killer, reverse=True)[::-1]
print("ok")

# Lists that outgrow what is moved to a larger block in one step.
n = 140_000
items = []
for i in range(n):
    items.append(i)
print(len(items), sum(items), items[131072], items[-1])
made = [i * 2 for i in range(n) if i % 3]
print(len(made), made[:3], made[-1], sum(made))
drained = list(i for i in range(n))
print(drained == items, tuple(i for i in range(n))[-1])
items += items
print(len(items), items[n], items[-1])
items.extend(made)
print(len(items), items[-1], items[2 * n] == made[0])
items[5:5] = drained
print(len(items), items[4:7], items[n + 4 : n + 7])
joined = "".join(str(i % 10) for i in range(n))
print(len(joined), joined[:12], joined[-3:])
first = [*drained, *made]
print(len(first), first[n] == made[0])

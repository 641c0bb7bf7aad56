def ratios(xs):
    return (10 // x for x in xs)


print(sum(ratios([1, 2])))
print(max(r for r in ratios([5, 0, 1])))

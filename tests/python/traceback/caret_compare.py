limits = [1, 2, None]
print([n for n in range(3) if 0 <= limits[n] < 5])

MONTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()


def leap(y):
    return y % 4 == 0 and (y % 100 != 0 or y % 400 == 0)


def month_days(y, m):
    return MONTHS[m - 1] + (m == 2 and leap(y))


def ordinal(y, m, d):
    if not 1 <= m <= 12:
        raise ValueError(f"month must be in 1..12, not {m}")
    if not 1 <= d <= month_days(y, m):
        raise ValueError(f"day {d} is out of range for {y}-{m:02}")
    y1 = y - 1
    return y1 * 365 + y1 // 4 - y1 // 100 + y1 // 400 + sum(month_days(y, k) for k in range(1, m)) + d


def from_ordinal(n):
    y = n // 366 + 1
    while ordinal(y + 1, 1, 1) <= n:
        y += 1
    n -= ordinal(y, 1, 1)
    m = 1
    while n >= month_days(y, m):
        n -= month_days(y, m)
        m += 1
    return y, m, n + 1


def easter(y):
    a, b, c = y % 19, y // 100, y % 100
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    l = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    month, day = divmod(h + l - 7 * ((a + 11 * h + 22 * l) // 451) + 114, 31)
    return y, month, day + 1


for date in ((2000, 2, 29), (1970, 1, 1), (2024, 12, 31), (1, 1, 1)):
    n = ordinal(*date)
    print("%04d-%02d-%02d" % date, n, DAYS[(n - 1) % 7], from_ordinal(n) == date, "%d-%d-%d" % from_ordinal(n + 100))
print(ordinal(2024, 7, 14) - ordinal(1789, 7, 14), [easter(y) for y in (2000, 2024, 2025)], [y for y in range(1890, 1910) if leap(y)])
for bad in ((2023, 2, 29), (2023, 13, 1), (2023, 4, 31)):
    try:
        ordinal(*bad)
    except ValueError as e:
        print(e)


def calendar(y, m):
    first = (ordinal(y, m, 1) - 1) % 7
    cells = [" " * 2] * first + [f"{d:>2}" for d in range(1, month_days(y, m) + 1)]
    title = f"{y}-{m:02}".center(20)
    return "\n".join([title.rstrip(), "Mo Tu We Th Fr Sa Su", *(" ".join(cells[i : i + 7]) for i in range(0, len(cells), 7))])


print(calendar(2024, 2))


def duration(seconds):
    parts = []
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60), ("s", 1)):
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count}{unit}")
    return " ".join(parts) or "0s"


print([duration(s) for s in (0, 59, 3600, 90061, 10**7)])

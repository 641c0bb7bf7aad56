PAIRS = list(zip((1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1), "M CM D CD C XC L XL X IX V IV I".split()))


def to_roman(n):
    if not isinstance(n, int) or not 0 < n < 4000:
        raise ValueError(f"out of range: {n!r}")
    out = ""
    for value, letters in PAIRS:
        count, n = divmod(n, value)
        out += letters * count
    return out


def from_roman(text):
    values = {letters: value for value, letters in PAIRS}
    total = i = 0
    while i < len(text):
        if text[i : i + 2] in values and len(text[i : i + 2]) == 2:
            total += values[text[i : i + 2]]
            i += 2
        elif text[i] in values:
            total += values[text[i]]
            i += 1
        else:
            raise ValueError(f"bad numeral {text[i]!r} at {i} in {text!r}")
    if to_roman(total) != text:
        raise ValueError(f"{text!r} is not canonical, {to_roman(total)!r} is")
    return total


for n in (1, 4, 9, 14, 40, 90, 400, 1994, 2024, 3999):
    print(n, to_roman(n), from_roman(to_roman(n)) == n)
print(all(from_roman(to_roman(n)) == n for n in range(1, 4000, 37)), max((to_roman(n) for n in range(1, 4000, 11)), key=len))
for bad in (0, 4000, "x", 2.5):
    try:
        to_roman(bad)
    except ValueError as e:
        print(e)
for bad in ("IIII", "ABC", "VX", "IC"):
    try:
        print(from_roman(bad))
    except ValueError as e:
        print(e)

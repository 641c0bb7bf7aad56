# Separators and ends of any length, and what is printed before an object that cannot be.
print(*range(3), sep="-" * 5000)
print(*"abc", sep="", end="-" * 5000)
print(sep="ab")
print(1, sep="ab")
print(1, 2, sep="", end="é" * 20_000 + "\n")
print(*range(40), sep="+" * 20_000)
for sep in (None, "", ", ", "-" * 6000):
    try:
        print("a", 2, 10**5000, "b", sep=sep)
    except ValueError as e:
        print("|", e)

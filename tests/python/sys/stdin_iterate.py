import sys

numbers = []
for n, line in enumerate(sys.stdin, 1):
    line = line.rstrip("\n")
    if not line:
        print(n, "empty")
        continue
    if line == "stop":
        break
    try:
        numbers.append(float(line))
    except ValueError as e:
        print(n, e)
print(numbers, sum(numbers))
print([line.strip() for line in sys.stdin])
print(list(sys.stdin), next(iter(sys.stdin), "end"))

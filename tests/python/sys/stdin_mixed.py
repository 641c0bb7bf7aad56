import sys

first = input("first: ")
second = sys.stdin.readline()
third = next(sys.stdin)
print([first, second, third])
rest = [int(x) for line in sys.stdin for x in line.split()]
print(rest, sum(rest))

name = input("Name? ")
print(f"[{name}]")
age = int(input("Age? "))
print(age + 1)
print(repr(input()), repr(input("é> ")), repr(input("")))
print(repr(input(5)))
try:
    input("more? ")
except EOFError as e:
    print(type(e).__name__, e)
try:
    input(1, 2)
except TypeError as e:
    print(e)

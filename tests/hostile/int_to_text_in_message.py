# expect: ValueError
# The message of the exception needs the digits of the number.
[1, 2, 3].index(7**200_000)
print("never")

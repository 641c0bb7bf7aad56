# Conversions between decimal text and int stop at 4300 digits.
text = "9" * 4300
print(len(str(int(text))))
try:
    int("9" * 4301)
except ValueError as e:
    print(type(e).__name__, e)
big = 10**4300
try:
    str(big)
except ValueError as e:
    print(type(e).__name__, e)
try:
    f"{big}"
except ValueError as e:
    print(type(e).__name__, e)
try:
    "%d" % big
except ValueError as e:
    print(type(e).__name__, e)
try:
    repr([big])
except ValueError as e:
    print(type(e).__name__, e)
print(len(hex(big)), len(f"{big:x}"), big.bit_length())
print(int("f" * 5000, 16).bit_length())
print(len(str(10**4299)))
try:
    int("1_0" * 3000)
except ValueError as e:
    print(type(e).__name__, e)

# expect: Timeout
# Prints of nothing are free of output but not of fuel.
while True:
    print(end="")

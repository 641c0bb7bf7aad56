# expect: Memory | MemoryError
# step: 1000000
# What lies behind the place moves in one step.
items = [1, 2]
while True:
    items[1:1] = items

# expect: Memory | MemoryError | RecursionError
# The indentation alone is quadratic in the depth.
import json

x = []
for _ in range(100_000):
    x = [x]
json.dumps(x, indent=1000)

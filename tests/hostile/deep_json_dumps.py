# expect: RecursionError | ok
import json

x = []
for _ in range(100_000):
    x = [x]
json.dumps(x)
print("ok")

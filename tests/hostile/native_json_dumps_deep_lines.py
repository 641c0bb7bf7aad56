# expect: Timeout | MemoryError | Memory
import json

data = [0] * 100_000
for _ in range(5_000):
    data = [data]
while True:
    json.dumps(data, indent=0)

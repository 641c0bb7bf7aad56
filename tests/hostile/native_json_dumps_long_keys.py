# expect: MemoryError | Memory
import json

json.dumps([{"x" * (8 << 20): 1}] * 64)

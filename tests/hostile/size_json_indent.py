# expect: MemoryError | Memory
import json

json.dumps([[[[[[[[1]]]]]]]], indent="x" * (16 << 20))

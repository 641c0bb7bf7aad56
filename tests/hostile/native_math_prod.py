# expect: Timeout | MemoryError
import math

math.prod(range(1, 10**12))

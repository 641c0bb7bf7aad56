# expect: Timeout | MemoryError
import math

math.perm(10**9, 10**8)

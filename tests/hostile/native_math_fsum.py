# expect: Timeout
import math

math.fsum(1.0 for _ in iter(int, 1))

# expect: Timeout
import math

x = 7**100_000
while True:
    math.isqrt(x)

# expect: Timeout
import math

a = 3**50_000
b = 7**40_000
while True:
    math.gcd(a, b)

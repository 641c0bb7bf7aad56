# expect: Output
import sys

while True:
    sys.stdout.write("x")
    sys.stdout.flush()

# expect: Output
import sys

while True:
    print("out")
    print("error", file=sys.stderr)

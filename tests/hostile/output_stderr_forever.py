# expect: Output
import sys

while True:
    sys.stderr.write("error\n")

import sys

try:
    print("working")
    sys.exit("fatal: nothing to do")
finally:
    print("finally runs")

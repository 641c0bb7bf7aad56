import sys

sys.exit(["a", {"list": 1}])

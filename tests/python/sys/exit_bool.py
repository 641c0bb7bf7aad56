import sys

sys.exit(not [1])

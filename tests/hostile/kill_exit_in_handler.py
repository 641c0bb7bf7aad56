# expect: Timeout
# fuel: 60000000
# never: escaped
import sys

while True:
    try:
        sys.exit(3)
    except SystemExit:
        pass
    finally:
        pass
print("escaped")

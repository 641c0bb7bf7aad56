# expect: Timeout
# never: escaped
import time

try:
    time.sleep(10**8)
except BaseException:
    print("escaped")

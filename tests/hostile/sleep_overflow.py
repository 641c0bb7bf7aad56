# expect: OverflowError
import time

time.sleep(1e300)

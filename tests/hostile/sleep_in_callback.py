# expect: Timeout
import time

sorted([1, 2, 3], key=lambda x: time.sleep(10**6))

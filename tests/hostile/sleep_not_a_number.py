# expect: ValueError
import time

time.sleep(float("nan"))

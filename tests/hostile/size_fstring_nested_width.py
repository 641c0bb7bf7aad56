# expect: MemoryError
width = 10**9
f"{'x':>{width}}"

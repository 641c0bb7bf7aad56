# expect: Timeout | Memory | MemoryError
# fuel: 60000000
# Code objects and interned names of programs that are gone must not pile up outside the accounting.
n = 0
while True:
    exec("v" + str(n) + " = 'text" + str(n) + "'", {})
    n += 1

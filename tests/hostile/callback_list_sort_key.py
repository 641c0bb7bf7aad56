# expect: Timeout
items = [1, 2, 3]
items.sort(key=lambda x: sum(iter(int, 1)), reverse=True)

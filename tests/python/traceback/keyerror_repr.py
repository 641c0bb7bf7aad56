inventory = {"apple": 3}
print(inventory["apple"])
print(inventory["it's \"quoted\"\n"])

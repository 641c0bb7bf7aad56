config = {"name": "x"}
print(config.name.upper())

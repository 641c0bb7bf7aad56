print("json is not imported")
print(json.dumps([1]))

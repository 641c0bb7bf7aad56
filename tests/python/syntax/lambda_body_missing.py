f = lambda x:
print(f)

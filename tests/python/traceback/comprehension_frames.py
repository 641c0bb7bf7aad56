def rows(data):
    return [[1 / cell for cell in row] for row in data]


print(rows([[1, 2], [4]]))
print({k: rows(v) for k, v in {"a": [[1]], "b": [[2], [0]]}.items()})

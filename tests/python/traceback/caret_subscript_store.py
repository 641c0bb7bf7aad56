table = {"rows": [1, 2, 3]}
table["rows"][0] = 5
table["rows"][10] = table["rows"][1]

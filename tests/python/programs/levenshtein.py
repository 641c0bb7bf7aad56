def distance(a, b):
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        previous, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (x != y))
    return row[-1]


def alignment(a, b):
    table = [[(i + j, "") for j in range(len(b) + 1)] for i in range(len(a) + 1)]
    for i in range(len(a) + 1):
        for j in range(len(b) + 1):
            options = []
            if i and j:
                cost, path = table[i - 1][j - 1]
                same = a[i - 1] == b[j - 1]
                options.append((cost + (not same), path + ("=" if same else "~")))
            if i:
                options.append((table[i - 1][j][0] + 1, table[i - 1][j][1] + "-"))
            if j:
                options.append((table[i][j - 1][0] + 1, table[i][j - 1][1] + "+"))
            if options:
                table[i][j] = min(options)
    return table[-1][-1]


for a, b in (("kitten", "sitting"), ("", "abc"), ("flaw", "lawn"), ("same", "same"), ("übung", "ubung"), ("intention", "execution")):
    print(f"{a!r} {b!r} {distance(a, b)} {alignment(a, b)}")
words = "apple apply ample maple people staple".split()
for typo in ("aple", "peple", "xyz"):
    scored = sorted((distance(typo, w), w) for w in words)
    print(typo, [w for d, w in scored if d == scored[0][0]])
def lcs(a, b):
    if not a or not b: return ""
    if a[0] == b[0]: return a[0] + lcs(a[1:], b[1:])
    return max(lcs(a[1:], b), lcs(a, b[1:]), key=len)
print(lcs("nematode", "empty"), repr(lcs("abc", "xyz")))

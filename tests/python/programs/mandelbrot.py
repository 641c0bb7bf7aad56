def escape(c, limit):
    z = 0j
    for n in range(limit):
        if abs(z) > 2:
            return n
        z = z * z + c
    return limit


palette = " .:-=+*#%@"
for row in range(11):
    y = (row - 5) / 4.5
    line = ""
    for col in range(40):
        n = escape(complex((col - 28) / 13, y), 20)
        line += palette[n * (len(palette) - 1) // 20]
    print(line.rstrip())
print(escape(0j, 50), escape(1 + 1j, 50), escape(-0.75 + 0.1j, 50))

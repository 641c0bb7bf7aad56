data = """name,dept,salary
Ann,Eng,5200
Bob,Ops,3100
Cleo,Eng,6100.50
Dan,HR,2800
Eve,Ops,3300
"""
rows = [line.split(",") for line in data.strip().splitlines()]
header, *records = rows
print(" | ".join(f"{h.title():<8}" for h in header))
print("-+-".join("-" * 8 for _ in header))
totals = {}
for name, dept, salary in records:
    totals.setdefault(dept, []).append(float(salary))
    print(f"{name:<8} | {dept:^8} | {float(salary):>8.2f}")
for dept in sorted(totals, key=lambda d: -sum(totals[d])):
    values = totals[dept]
    print("%-4s %2d %10.2f %s" % (dept, len(values), sum(values) / len(values), "#" * int(sum(values) // 1000)))
print("{:>20,.2f}".format(sum(map(sum, totals.values()))))
words = "the quick brown fox jumps over the lazy dog the end".split()
freq = {w: words.count(w) for w in words}
for w, c in sorted(freq.items(), key=lambda p: (-p[1], p[0]))[:4]:
    print(w.rjust(6, "."), c)
acronym = "".join(w[0].upper() for w in "portable network graphics".split())
print(acronym, " ".join(w[::-1] for w in words[:4]), "-".join(sorted({w for w in words}, key=len))[:0] or "ok")

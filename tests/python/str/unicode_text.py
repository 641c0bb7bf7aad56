s = "Grüße, Zoë! Ωμέγα — 日本語 🙂"
print(len(s), s.upper(), s.lower(), s.title(), s.casefold())
print(s.split(), s.encode("utf-8"), len(s.encode()), s[::-1])
print([ord(c) for c in "aé日🙂"], "".join(chr(c) for c in (97, 233, 26085, 128578)))
print("日本語"[1], "日本語".find("語"), "日" in "日本", "日本語".center(7, "・"), "日本語".replace("本", "ほん"))
counts = {}
for c in "añaña€€🙂":
    counts[c] = counts.get(c, 0) + 1
print(counts, sorted(counts), max(counts, key=counts.get))
print(sorted(["éa", "ea", "za", "Éa", "日"]), "Éclair".lower().startswith("é"), "ÉCLAIR".capitalize(), "ñandú".title())
print("\u00e9".isalpha(), "\u0301".isalpha(), "５".isdigit(), int("５"), "Ⅳ".isnumeric(), "一".isnumeric(), "٠".isdecimal())
π = 3
naïve = "ok"
变量 = [π, naïve]
print(π, naïve, 变量, "π" in globals(), "变量" in globals())
ﬁ = 1
print(fi)
print("a\u0308".upper(), "ﬀ".upper(), "ŉ".upper(), "ΐ".upper(), "ẞ".lower(), "ẞ".casefold())
print("x\u00a0y".split(), "x\u2003y".split(), "x\u200by".split(), "x\x1fy".split(), "\u3000 x".strip())

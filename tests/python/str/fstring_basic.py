name, n, x = "Ann", 42, 3.14159
items = [1, 2, 3]
d = {"k": "v", 'q"': 1}
print(f"hi {name}", f"{n}", f"{n + 1}", f"{items[0]} {d['k']} {d["k"]}", f"{name.upper()!r}", f"{{}} {{{n}}} }}{{", f"", f"plain")
print(f"{n=}", f"{n = }", f"{n=:5}", f"{name=}", f"{name=!s}", f"{x=:.2f}", f"{ n + 1 = }", f"{items[1:]=}", f"{name!r:>8}|{name!s:<6}|{name!a}")
print(f"{x:.2f} {x:{8}.{3}} {n:>{n // 4}} {n:#x} {x!r:.4}", f"{'nested ' + f'{n:>{5}}'}", f"{f"{f"{n}"}"}", f"{n:{'>'}{6}}|")
print(f"{(lambda a: a * 2)(4)}", f"{[i * 2 for i in items]}", f"{ {'a': 1}['a'] }", f"{ {1, 1} }", f"{n if n > 5 else 'small'}", f"{(w := 7)} {w}", f"{n!r}", f"{not n}", f"{n, x}", f"{*items, 4}")
print(f"a" "b" f"{n}" 'c', rf"\n{n}\t", fr"{name}\d", F"{n}", f'{name + "!"}', f"{'\n'.join(['a', 'b'])}", f"{'a' 'b'}")
print(f"""multi {n}
line {
    name
} end""")
print(f"{d}", f"{None} {True} {()} {b'x'}", f"{1_000:,}", f"{'{'}{'}'}", f"{n:}", f"{'é':*^5}", f"\N{BULLET} \u00e9 {n} \x41")
print(f"{10:{'0'}>{4}}", f"{x:{'.'}{2}f}" if True else "", f"{'=' * 3}", f"{n == 42}", f"{n != 1}", f"{n >= 1} {n <= 1}", f"{n!=1}")

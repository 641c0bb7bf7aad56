import sys


def parse(text, delimiter=","):
    rows, row, field, quoted, i = [], [], "", False, 0
    while i < len(text):
        ch = text[i]
        if quoted:
            if ch == '"' and text[i + 1 : i + 2] == '"':
                field += '"'
                i += 1
            elif ch == '"':
                quoted = False
            else:
                field += ch
        elif ch == '"' and not field:
            quoted = True
        elif ch == delimiter:
            row.append(field)
            field = ""
        elif ch == "\n":
            rows.append(row + [field])
            row, field = [], ""
        else:
            field += ch
        i += 1
    if quoted:
        raise ValueError("unterminated quote")
    return rows + [row + [field]] if field or row else rows


def convert(text):
    for f in (int, float):
        try:
            return f(text)
        except ValueError:
            pass
    return {"true": True, "false": False, "": None}.get(text.lower(), text)


def quote(value):
    text = "" if value is None else str(value)
    return '"' + text.replace('"', '""') + '"' if any(c in text for c in ',"\n') else text


header, *rows = parse(sys.stdin.read())
records = [{k: convert(v) for k, v in zip(header, row)} for row in rows]
for r in records:
    print(r)
print([type(v).__name__ for v in records[0].values()])
print("\n".join(",".join(quote(r.get(k)) for k in header) for r in records))
total = sum(r["price"] * r["qty"] for r in records if r["active"])
print(f"{total:.2f}")
try:
    parse('a,"b')
except ValueError as e:
    print(e)
print(parse("a;b\n;\n", ";"), parse(""), parse("x"), parse("\n"))

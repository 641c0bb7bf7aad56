# A small template engine compiled to closures, and the letters it renders for the records on standard input.
import sys

LETTER = """Dear {{ name|title }},

{% if balance < 0 %}your account is overdrawn by {{ -balance|money }}.{% else %}your balance is {{ balance|money }}.{% end %}
{% if moves %}Since {{ since }} there were {{ moves|count }} movements:
{% for m in moves %}  {{ m[0]|left }}{{ m[1]|money|right }}{% if m[1] > 500 %} *{% end %}
{% end %}{% end %}Yours, {{ sender or "the bank" }}
"""
FILTERS = {
    "title": str.title,
    "money": lambda cents: f"{cents / 100:,.2f} EUR",
    "count": len,
    "left": lambda text: f"{text:.<20}",
    "right": lambda text: f"{text:.>16}",
}


def scan(text):
    """Splits into ("text", …), ("value", …) and ("tag", …)."""
    pieces, i = [], 0
    while i < len(text):
        starts = [(p, k) for k, mark in (("value", "{{"), ("tag", "{%")) if (p := text.find(mark, i)) >= 0]
        if not starts:
            pieces.append(("text", text[i:]))
            break
        start, kind = min(starts)
        if start > i:
            pieces.append(("text", text[i:start]))
        end = text.find("}}" if kind == "value" else "%}", start)
        if end < 0:
            raise SyntaxError(f"line {text.count(chr(10), 0, start) + 1}: {kind} is not closed")
        pieces.append((kind, text[start + 2 : end].strip()))
        i = end + 2
    return pieces


def build(pieces):
    """Takes pieces up to a closing tag off the front and returns a function from scope to text."""
    parts = []
    while pieces:
        match pieces.pop(0):
            case ("text", literal):
                parts.append(lambda scope, literal=literal: literal)
            case ("value", source):
                expression, *names = source.split("|")
                filters = [FILTERS[name.strip()] for name in names]
                parts.append(value_part(expression.strip(), filters))
            case ("tag", "end" | "else" as tag):
                return join(parts), tag
            case ("tag", tag):
                word, _, rest = tag.partition(" ")
                body, closing = build(pieces)
                other = build(pieces)[0] if closing == "else" else lambda scope: ""
                if word == "if":
                    parts.append(lambda scope, c=rest, b=body, o=other: b(scope) if eval(c, {}, scope) else o(scope))
                elif word == "for":
                    name, _, source = rest.partition(" in ")
                    parts.append(lambda s, n=name, e=source, b=body: "".join(b({**s, n: v}) for v in eval(e, {}, s)))
                else:
                    raise SyntaxError(f"unknown tag {word!r}")
    return join(parts), None


def value_part(expression, filters):
    def render(scope):
        value = eval(expression, {}, scope)
        for f in filters:
            value = f(value)
        return str(value)

    return render


def join(parts):
    return lambda scope: "".join(part(scope) for part in parts)


letter, _ = build(scan(LETTER))
for number, line in enumerate(sys.stdin, 1):
    fields = dict(field.split("=", 1) for field in line.rstrip("\n").split(";") if field)
    try:
        moves = [(what, int(cents)) for what, _, cents in (m.rpartition(":") for m in fields.get("moves", "").split(",") if m)]
        scope = {"sender": "", "since": "last month", **fields, "moves": moves, "balance": int(fields["balance"])}
        print(letter(scope), end="-" * 40 + "\n")
    except (KeyError, ValueError, NameError) as error:
        print(f"record {number}: {type(error).__name__}: {error}")
for bad in ("{{ x", "{% while x %}{% end %}", "{{ x|shout }}"):
    try:
        build(scan(bad))
    except (SyntaxError, KeyError) as error:
        print(f"{bad!r}: {type(error).__name__}: {error}")

import sys


def tokenize(text):
    tokens, i = [], 0
    while i < len(text):
        ch = text[i]
        if ch.isspace():
            i += 1
        elif ch.isdigit() or ch == ".":
            j = i
            while j < len(text) and (text[j].isdigit() or text[j] == "."):
                j += 1
            tokens.append(("num", float(text[i:j]) if "." in text[i:j] else int(text[i:j])))
            i = j
        elif ch.isalpha():
            j = i
            while j < len(text) and text[j].isalnum():
                j += 1
            tokens.append(("name", text[i:j]))
            i = j
        elif text[i : i + 2] == "**":
            tokens.append(("op", "**"))
            i += 2
        elif ch in "+-*/%()=,":
            tokens.append(("op", ch))
            i += 1
        else:
            raise SyntaxError(f"unexpected {ch!r} at {i}")
    return tokens + [("end", None)]


variables = {"pi": 3.14159}
functions = {"max": max, "min": min, "abs": abs, "round": round}
BINARY = {"+": (1, lambda a, b: a + b), "-": (1, lambda a, b: a - b), "*": (2, lambda a, b: a * b), "/": (2, lambda a, b: a / b), "%": (2, lambda a, b: a % b), "**": (4, lambda a, b: a**b)}


def evaluate(tokens):
    pos = 0

    def peek():
        return tokens[pos]

    def take(expected=None):
        nonlocal pos
        token = tokens[pos]
        if expected is not None and token[1] != expected:
            raise SyntaxError(f"expected {expected!r}, found {token[1]!r}")
        pos += 1
        return token

    def primary():
        match take():
            case ("num", n):
                return n
            case ("name", f) if peek() == ("op", "("):
                take()
                args = []
                while peek()[1] != ")":
                    args.append(expression(0))
                    if peek()[1] == ",":
                        take()
                take(")")
                return functions[f](*args)
            case ("name", v):
                return variables[v]
            case ("op", "("):
                value = expression(0)
                take(")")
                return value
            case ("op", "-"):
                return -expression(3)
            case (_, other):
                raise SyntaxError(f"unexpected {other!r}")

    def expression(level):
        left = primary()
        while peek()[0] == "op" and peek()[1] in BINARY and BINARY[peek()[1]][0] > level:
            op = take()[1]
            power, f = BINARY[op]
            left = f(left, expression(power - 1 if op == "**" else power))
        return left

    if len(tokens) > 2 and tokens[0][0] == "name" and tokens[1] == ("op", "="):
        name = take()[1]
        take("=")
        variables[name] = value = expression(0)
    else:
        value = expression(0)
    if peek()[0] != "end":
        raise SyntaxError(f"trailing {peek()[1]!r}")
    return value


for line in sys.stdin:
    line = line.strip()
    try:
        print(f"{line} = {evaluate(tokenize(line))}")
    except (SyntaxError, ArithmeticError, KeyError, TypeError) as e:
        print(f"{line} !! {type(e).__name__}: {e}")

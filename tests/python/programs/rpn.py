import math

OPERATORS = {"+": (2, lambda a, b: a + b), "-": (2, lambda a, b: a - b), "*": (2, lambda a, b: a * b), "/": (2, lambda a, b: a / b), "^": (2, pow), "neg": (1, lambda a: -a), "sqrt": (1, math.sqrt), "!": (1, math.factorial), "max": (2, max)}


def rpn(text):
    stack = []
    for position, token in enumerate(text.split(), 1):
        if token in OPERATORS:
            arity, f = OPERATORS[token]
            if len(stack) < arity:
                raise IndexError(f"{token!r} (token {position}) needs {arity} operands, {len(stack)} on the stack")
            *stack, = stack
            args = stack[-arity:]
            del stack[-arity:]
            stack.append(f(*args))
        else:
            try:
                stack.append(int(token))
            except ValueError:
                stack.append(float(token))
    if len(stack) != 1:
        raise ValueError(f"{len(stack)} values left: {stack}")
    return stack[0]


def to_rpn(tokens):
    out, stack = [], []
    priority = {"+": 1, "-": 1, "*": 2, "/": 2, "^": 3}
    for t in tokens:
        if t == "(":
            stack.append(t)
        elif t == ")":
            while (top := stack.pop()) != "(":
                out.append(top)
        elif t in priority:
            while stack and stack[-1] != "(" and (priority[stack[-1]] > priority[t] or priority[stack[-1]] == priority[t] and t != "^"):
                out.append(stack.pop())
            stack.append(t)
        else:
            out.append(t)
    return " ".join(out + stack[::-1])


for text in ("1 2 +", "5 1 2 + 4 * + 3 -", "2 3 ^ 2 ^", "2 sqrt", "5 ! 10 max", "1 0 /", "+", "1 2", "x 1 +", "-1 sqrt", "3.5 neg", ""):
    try:
        print(f"{text!r:<22} {rpn(text)}")
    except Exception as e:
        print(f"{text!r:<22} {type(e).__name__}: {e}")
for text in ("1 + 2 * 3", "( 1 + 2 ) * 3", "2 ^ 3 ^ 2", "8 - 3 - 2", "8 / ( 4 - 2 ) / 2"):
    converted = to_rpn(text.split())
    print(text, "=>", converted, "=", rpn(converted))

def kind(x):
    match x:
        case 0:
            return "zero"
        case 1 | 2 | 3:
            return "small"
        case -1:
            return "minus one"
        case 1.5:
            return "one and a half"
        case 2 + 3j:
            return "complex"
        case "text":
            return "str"
        case b"b":
            return "bytes"
        case None:
            return "none"
        case True:
            return "never: True == 1"
        case False:
            return "never"
        case "a" "b":
            return "joined"
        case y if y == 100:
            return f"guard {y}"
        case (4 | 5) as n:
            return f"as {n}"
        case other:
            return f"other {other!r}"


kind_source = kind
for x in (0, 1, 3, -1, 1.5, 2 + 3j, "text", b"b", None, True, False, 1.0, "ab", 100, 4, 5, "zzz", [1], 0.0):
    print(repr(x), kind(x))


def wildcard(x):
    match x:
        case "a" | "b" as letter: return letter
        case _ if x > 5: return "big"
        case _: return "any"


print(wildcard("a"), wildcard(9), wildcard(1))
match 5:
    case 6: print("no")
print("fell through")
match [1, 2]:
    case captured: print(captured)
print(captured)
match (x := 3):
    case 3: print("walrus", x)
match = "a name"
case = "too"
print(match, case)
match match:
    case "a name": print("soft keyword")
print([match for match in range(2)], (lambda case: case)(1))

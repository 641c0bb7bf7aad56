# Each kind of expression that fails is found by the line of its frame; the last one is left uncaught.
def show(kind):
    match kind:
        case "subscript": return [1, 2][x["index"]]
        case "attribute": return x.missing.deeper
        case "call": return len(x, x)
        case "chain": return x["a"]["b"]["c"]


x = {"a": {"b": None}, "index": 7}
for kind in ("subscript", "attribute", "call"):
    try:
        show(kind)
    except (IndexError, AttributeError, TypeError) as e:
        tb = e.__traceback__
        lines = []
        while tb:
            lines.append(tb.tb_lineno)
            tb = tb.tb_next
        print(kind, type(e).__name__, lines)
show("chain")

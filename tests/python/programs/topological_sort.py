def topological(graph):
    order, state = [], {}

    def visit(node, path):
        match state.get(node):
            case "done":
                return
            case "open":
                cycle = path[path.index(node) :] + [node]
                raise ValueError("cycle: " + " -> ".join(cycle))
        state[node] = "open"
        for dependency in sorted(graph.get(node, ())):
            visit(dependency, path + [node])
        state[node] = "done"
        order.append(node)

    for node in sorted(graph):
        visit(node, [])
    return order


def levels(graph):
    remaining = {n: set(d) for n, d in graph.items()}
    for d in list(remaining.values()):
        for n in d:
            remaining.setdefault(n, set())
    while remaining:
        ready = sorted(n for n, d in remaining.items() if not d)
        if not ready:
            raise ValueError(f"stuck on {sorted(remaining)}")
        print("  level:", *ready)
        remaining = {n: d - set(ready) for n, d in remaining.items() if n not in ready}


build = {"app": {"lib", "net"}, "lib": {"core"}, "net": {"core", "tls"}, "tls": {"core"}, "docs": set()}
print(topological(build))
levels(build)
for bad in ({"a": {"b"}, "b": {"c"}, "c": {"a"}}, {"x": {"x"}}):
    try:
        topological(bad)
    except ValueError as e:
        print(e)
    try:
        levels(bad)
    except ValueError as e:
        print(e)

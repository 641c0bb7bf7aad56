def render(template, context):
    out, i = [], 0

    def lookup(path):
        value = context
        for part in path.split("."):
            try:
                value = value[int(part)] if part.isdigit() else value[part]
            except (KeyError, IndexError, TypeError) as e:
                raise NameError(f"{path!r} fails at {part!r}: {type(e).__name__}") from e
        return value

    def find_end(start, name):
        depth, pos = 1, start
        while depth:
            opening, closing = template.find("{%" + name, pos), template.find("{%end" + name + "%}", pos)
            if closing < 0:
                raise SyntaxError(f"{name} without end{name}")
            if 0 <= opening < closing:
                depth, pos = depth + 1, opening + 2
            else:
                depth, pos = depth - 1, closing + 2
        return closing

    filters = {"upper": str.upper, "title": str.title, "len": len, "money": "{:,.2f}".format, "join": lambda v: ", ".join(map(str, v))}
    while i < len(template):
        if template.startswith("{{", i):
            end = template.index("}}", i)
            path, *names = (p.strip() for p in template[i + 2 : end].split("|"))
            value = lookup(path)
            for name in names:
                value = filters[name](value)
            out.append(str(value))
            i = end + 2
        elif template.startswith("{%for ", i):
            head = template.index("%}", i)
            variable, _, path = template[i + 6 : head].partition(" in ")
            end = find_end(head, "for")
            for index, item in enumerate(lookup(path.strip())):
                out.append(render(template[head + 2 : end], {**context, variable: item, "index": index}))
            i = end + len("{%endfor%}")
        elif template.startswith("{%if ", i):
            head = template.index("%}", i)
            end = find_end(head, "if")
            if lookup(template[i + 5 : head].strip()):
                out.append(render(template[head + 2 : end], context))
            i = end + len("{%endif%}")
        else:
            out.append(template[i])
            i += 1
    return "".join(out)


page = """Hello {{ user.name | upper }}!
{%for item in cart%}{{ index }}. {{ item.name | title }}: {{ item.price | money }}{%if item.tags%} [{{ item.tags | join }}]{%endif%}
{%endfor%}{%if empty%}never{%endif%}{{ cart | len }} items, first {{ cart.0.name }}
{%for row in grid%}{%for cell in row%}<{{ cell }}>{%endfor%};{%endfor%}
"""
context = {"user": {"name": "Zoë"}, "cart": [{"name": "red hat", "price": 12.5, "tags": ["new", 1]}, {"name": "shoe", "price": 1234.567, "tags": []}], "empty": [], "grid": [[1, 2], [3]]}
print(render(page, context))
for bad in ("{{ user.age }}", "{{ cart.9 }}", "{%for x in cart%}", "{{ user.name | nope }}", "{{ open", "{{ user.name.first }}"):
    try:
        print(render(bad, context))
    except Exception as e:
        print(bad, "->", type(e).__name__, e)

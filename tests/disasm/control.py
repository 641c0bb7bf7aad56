def loops(items):
    for i, (a, *b) in items:
        if i > 3 and a:
            continue
        elif i == 2 or not b:
            break
    else:
        return items
    while i:
        i -= 1


def handlers(f):
    try:
        return f()
    except (ValueError, KeyError) as e:
        print(e)
    finally:
        f(1)


def groups(f):
    try:
        f()
    except* ValueError as e:
        f(e)


def managed(f):
    with f() as a, f(a):
        return a


def matched(x):
    match x:
        case [1, *rest] if rest:
            return rest
        case {"k": v, **others}:
            return v, others
        case None | True:
            return 0

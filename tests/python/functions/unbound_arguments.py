# What is wrong with the callee shows before what is wrong with the arguments.
def attempt(f):
    try:
        f()
    except Exception as e:
        print(type(e).__name__, e)


attempt(lambda: None.append(undefined))
attempt(lambda: [].append(undefined))
attempt(lambda: [].no_such(undefined))
attempt(lambda: "".join(undefined, also_undefined))
attempt(lambda: nothing.append(undefined))


def unbound():
    if False:
        x = 1
    None.append(x)


def unbound_cell():
    def inner():
        return x
    if inner is None:
        x = 1
    None.append(x)


attempt(unbound)
attempt(unbound_cell)


def local(n):
    out = []
    for i in range(n):
        out.append(i)
        out.insert(0, n)
    return out


print(local(3))

def machine(transitions, start):
    state, history = start, []

    def send(event):
        nonlocal state
        match transitions.get(state, {}).get(event):
            case None:
                raise LookupError(f"{event!r} is not allowed in state {state!r}")
            case (target, action):
                history.append((state, event, target))
                state = target
                return action(event) if action else None

    send.state = lambda: state
    send.history = history
    return send


opened = []
door = machine(
    {
        "closed": {"open": ("open", opened.append), "lock": ("locked", None)},
        "open": {"close": ("closed", lambda e: f"{e}d softly")},
        "locked": {"unlock": ("closed", None)},
    },
    "closed",
)
for event in "open close lock open unlock open lock close".split():
    try:
        print(f"{event:<7} -> {door.state():<7}", end=" ")
        result = door(event)
        print(door.state(), result)
    except LookupError as e:
        print("!", e)
print(door.history[-1], len(door.history), opened)


def tokens(text):
    kinds, out, word = {"digit": str.isdigit, "alpha": str.isalpha, "space": str.isspace}, [], ""
    last = None
    for ch in text + "\0":
        kind = next((k for k, f in kinds.items() if f(ch)), "other")
        if kind != last and word:
            if last != "space":
                out.append((last, word))
            word = ""
        word, last = word + ch, kind
    return out


print(tokens("x1 = 42+foo"), tokens(""), tokens("  "))

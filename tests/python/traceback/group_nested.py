def fail(kind, text):
    raise kind(text)


def collect(*jobs):
    caught = []
    for job in jobs:
        try:
            job()
        except Exception as e:
            caught.append(e)
    return caught


inner = ExceptionGroup("inner", collect(lambda: fail(ValueError, "one"), lambda: 1 / 0))
inner.add_note("a note on the inner group")
raise ExceptionGroup("outer", [inner, *collect(lambda: fail(KeyError, "k"))]) from TypeError("why")

def inner(kind):
    try:
        try:
            if kind == "value":
                raise ValueError("inner")
            if kind == "type":
                raise TypeError("inner")
            if kind == "key":
                raise KeyError("k")
        except ValueError as e:
            print("handled", e, end="; ")
            raise
        except TypeError as e:
            raise RuntimeError("converted") from e
        else:
            print("else", end="; ")
        finally:
            print("finally", end="; ")
    except RuntimeError as e:
        print(e, "from", repr(e.__cause__))
    except LookupError as e:
        print("lookup", e)
    except ValueError as e:
        print("outer", e, e.__cause__, e.__context__)
    else:
        print("outer else")


for kind in ("value", "type", "key", "none"):
    inner(kind)


def deep():
    try:
        try:
            try:
                raise IndexError("a")
            finally:
                print("f1", end=" ")
        except KeyError:
            print("not here")
        finally:
            print("f2", end=" ")
    except IndexError as e:
        print("got", e)


deep()


def raising_finally():
    try:
        raise ValueError("first")
    finally:
        raise KeyError("second")


try:
    raising_finally()
except KeyError as e:
    print(repr(e), repr(e.__context__), e.__cause__, e.__suppress_context__)


def except_in_loop():
    results = []
    for x in (1, 0, "a", None, 4):
        try:
            results.append(8 / x)
        except ZeroDivisionError:
            results.append("zero")
        except TypeError as e:
            results.append(str(e))
        else:
            results.append("ok")
    return results


print(except_in_loop())


def try_in_handler():
    try:
        1 / 0
    except ZeroDivisionError:
        try:
            [][1]
        except IndexError as e:
            print("inner", e, "|", repr(e.__context__))
        raise


try:
    try_in_handler()
except ZeroDivisionError as e:
    print("outer", e, e.__context__)

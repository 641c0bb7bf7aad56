def attempt(f):
    try:
        f()
        print("no error")
    except BaseException as e:
        print(type(e).__name__, e.args, repr(e.__cause__), repr(e.__context__), e.__suppress_context__)


def raise_class(): raise ValueError
def raise_instance(): raise ValueError("a", 1)
def raise_from(): raise ValueError("a") from KeyError("b")
def raise_from_none():
    try:
        1 / 0
    except ZeroDivisionError:
        raise ValueError("clean") from None
def raise_implicit():
    try:
        1 / 0
    except ZeroDivisionError:
        raise ValueError("context")
def raise_from_class(): raise ValueError from KeyError
def bare(): raise
def raise_int(): raise 5
def raise_str(): raise "text"
def raise_none(): raise None
def raise_type(): raise int
def raise_from_int(): raise ValueError from 5
def raise_call(): raise (lambda: OSError(2, "no"))()
def reraise():
    try:
        raise KeyError("k")
    except KeyError as e:
        raise e
def reraise_other():
    try:
        raise KeyError("k")
    except KeyError as e:
        saved = e
    raise saved
def self_cause():
    e = ValueError("self")
    raise e from e
def undefined(): raise Undefined("x")
def raise_group(): raise ExceptionGroup("g", [ValueError(1)])


for f in (raise_class, raise_instance, raise_from, raise_from_none, raise_implicit, raise_from_class, bare, raise_int, raise_str, raise_none, raise_type, raise_from_int, raise_call, reraise, reraise_other, undefined, raise_group):
    print(f.__name__, end=": ")
    attempt(f)
try:
    self_cause()
except ValueError as e:
    print(e.__cause__ is e)
e = ValueError("kept")
for _ in range(2):
    try:
        raise e
    except ValueError as caught:
        print(caught is e, e.__traceback__ is not None)

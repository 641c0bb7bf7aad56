import sys

tree = [BaseException, SystemExit, KeyboardInterrupt, GeneratorExit, Exception, StopIteration, StopAsyncIteration, ArithmeticError, FloatingPointError, OverflowError, ZeroDivisionError, AssertionError, AttributeError, BufferError, EOFError, ImportError, ModuleNotFoundError, LookupError, IndexError, KeyError, MemoryError, NameError, UnboundLocalError, OSError, BlockingIOError, ChildProcessError, ConnectionError, BrokenPipeError, ConnectionAbortedError, ConnectionRefusedError, ConnectionResetError, FileExistsError, FileNotFoundError, InterruptedError, IsADirectoryError, NotADirectoryError, PermissionError, ProcessLookupError, TimeoutError, ReferenceError, RuntimeError, NotImplementedError, PythonFinalizationError, RecursionError, SyntaxError, IndentationError, TabError, SystemError, TypeError, ValueError, UnicodeError, UnicodeDecodeError, UnicodeEncodeError, UnicodeTranslateError, Warning, DeprecationWarning, UserWarning, RuntimeWarning, SyntaxWarning, FutureWarning, BytesWarning, ResourceWarning, ExceptionGroup, BaseExceptionGroup]
for c in tree:
    print(c.__name__, [p.__name__ for p in tree if p is not c and issubclass(c, p)])
print(IOError is OSError, EnvironmentError is OSError, repr(ValueError), type(ValueError).__name__, str(KeyError))
for c in (ValueError, KeyError, SystemExit):
    try:
        raise c("x")
    except BaseException as e:
        print(type(e) is c, isinstance(e, Exception), isinstance(e, (LookupError, ValueError)))
try:
    try:
        sys.exit(3)
    except Exception:
        print("never")
except SystemExit as e:
    print("exit", e.code)
try:
    raise KeyboardInterrupt("k")
except BaseException as e:
    print(repr(e))

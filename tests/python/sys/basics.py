import sys

print(sys.version_info[:2], sys.version_info >= (3, 13), sys.version_info.major, sys.version_info.minor, sys.version_info[0], sys.maxsize, sys.maxsize == 2**63 - 1, sys.argv, len(sys.argv), type(sys.argv).__name__)
print(sys.stdout.write("abc\n"), sys.stderr.write("to stderr\n"))
sys.stdout.flush()
sys.argv.append("extra")
print(sys.argv[1:])
for f in (lambda: sys.nope, lambda: sys.stdout.write(), lambda: sys.stdout.write(1), lambda: sys.stdout.write(b"x"), lambda: sys.stdout.nope, lambda: sys.stderr.write(None), lambda: sys.stdout.write("a", "b"), lambda: sys.exit(1, 2)):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
for arg in ((), (None,), (0,), (3,), ("text",), (2.5,), ([1],), (True,)):
    try:
        sys.exit(*arg)
    except SystemExit as e:
        print(repr(e), e.code, e.args)
try:
    exit_code = sys.exit
    exit_code(7)
finally:
    print("finally before exit")

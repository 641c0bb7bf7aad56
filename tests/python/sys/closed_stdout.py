import sys
sys.stdout.close()
try:
    print("x")
except ValueError as e:
    sys.stderr.write(f"{e} {sys.stdout.closed}\n")
try:
    sys.stdout.write("x")
except ValueError as e:
    sys.stderr.write(f"{e}\n")
try:
    sys.stdout.flush()
except ValueError as e:
    sys.stderr.write(f"{e}\n")
try:
    print("x", flush=True)
except ValueError as e:
    sys.stderr.write(f"{e}\n")
sys.stderr.close()
try:
    print("x", file=sys.stderr)
except ValueError as e:
    pass

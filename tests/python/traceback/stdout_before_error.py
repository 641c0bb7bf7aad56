import sys

print("to stdout")
print("to stderr", file=sys.stderr)
sys.stderr.write("also stderr\n")
sys.stdout.write("no newline at the end")
raise SystemError("after output")

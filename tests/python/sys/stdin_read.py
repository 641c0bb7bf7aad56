import sys

text = sys.stdin.read()
print(repr(text), len(text), text.split())
print(repr(sys.stdin.read()), repr(sys.stdin.readline()), sys.stdin.readlines())

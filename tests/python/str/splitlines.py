for t in ["", "a", "a\n", "a\nb", "a\r\nb\rc\n", "\n\n", "a\x0bb\x0cc\x1cd\x1de\x1ef\x85g\u2028h\u2029i", "\r\n", "\n\r", "abc\r"]:
    print(ascii(t), ascii(t.splitlines()), ascii(t.splitlines(True)))
print("a\nb".splitlines(keepends=True), "a\nb".splitlines(keepends=0))
text = """first
second

fourth"""
for number, line in enumerate(text.splitlines(), 1):
    print(number, repr(line))
print(len("x\n" * 5 + "y"), len(("x\n" * 5 + "y").splitlines()), text.split("\n") == text.splitlines())
try:
    "a".splitlines(1, 2)
except TypeError as e:
    print(e)

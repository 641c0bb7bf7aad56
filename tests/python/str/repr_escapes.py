print(repr("a'b"), repr('a"b'), repr("a'b\"c"), repr("\\"), repr("\n\t\r\0\x07\x7f\x80\xa0\xad"), repr("é€🙂"), repr("\u200b\u2028\ufeff\ue000"))
print(ascii("aé€🙂\n"), ascii([1, "é"]), ascii({"ü": ("ö",)}), repr("\U0010ffff"), repr("\u0378"))
print("\x41\u0042\U00000043\103\0".encode(), "\a\b\f\v".encode(), "a\
b", '\'', "\"", "\N{BULLET}", "\N{LATIN SMALL LETTER E WITH ACUTE}")
print(r"\n\x", r'a\'b', len(r"\\"), R"\u0041", "con" "cat" 'ed', "a" r"\b" "\n".strip())
print("""multi
line "quoted" text""", '''it's''', """\
no newline first""")
print(len("🙂"), len("e\u0301"), "e\u0301" == "é", "\u00e9" == "é", "\N{GREEK SMALL LETTER ALPHA}")
for c in ["\u0600", "\u061c", "\u180e", "\u2060", "\ufff9", "\U000e0001", "\u0301", "\u3000", "\U0001f9ff"]:
    print(ascii(c), len(repr(c)), c.isprintable())
print(str("x"), str(), str(5), str(None), str([1, "a"]), str({"a": 1.0}), str((1,)), str(object=7))

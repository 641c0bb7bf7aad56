texts = ["", "abc", "ABC", "Abc Def", "123", "12.3", "abc123", " ", "\t\n", "é", "½", "²", "٣", "一", "_x", "1x", "for", "a b", "ǅ", "\x00", "\u00a0", "ß", "\u2028", "Ⅷ", "🙂"]
for t in texts:
    flags = [t.isalpha(), t.isdigit(), t.isdecimal(), t.isnumeric(), t.isalnum(), t.isspace(), t.isupper(), t.islower(), t.istitle(), t.isidentifier(), t.isprintable(), t.isascii()]
    print(ascii(t), "".join("01"[f] for f in flags))
print("A1 B2".istitle(), "A1b".istitle(), "They'Re".istitle(), "ab1".islower(), "1".islower(), "A1".isupper())
try:
    "a".isdigit(1)
except TypeError as e:
    print(e)
try:
    "a".is_digit()
except AttributeError as e:
    print(e)

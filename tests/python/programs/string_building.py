out = ""
for i in range(300):
    out += str(i) + ","
print(len(out), out[:30], out[-12:])
parts = []
for i in range(300):
    parts.append(f"{i},")
print("".join(parts) == out, ",".join(map(str, range(300))) + "," == out)
line = ""
for ch in "hello":
    line = ch + line
print(line)
s = t = "shared"
s += "!"
print(s, t)
acc = {"text": ""}
for i in range(50):
    acc["text"] += chr(97 + i % 26)
print(acc["text"])
box = [""]
for i in range(20):
    box[0] += "é🙂"[i % 2]
print(box[0], len(box[0]))


def build(n):
    local = "x"
    copy = local
    for _ in range(n):
        local += local[-1]
    return local, copy


print(build(10))
b = b""
for i in range(40):
    b += bytes([65 + i % 26])
print(b)
u = ""
for i in range(5):
    u += "%d%s" % (i, "ß")
    u *= 2 if i % 2 else 1
print(u, len(u))
text = "a" * 1000 + "b"
print(text.count("a"), text.find("b"), len(text * 3), (text + text)[1000], text[::-1][0])
pyramid = "\n".join(("*" * (2 * i + 1)).center(9).rstrip() for i in range(5))
print(pyramid)
rle = ""
for ch in "aaabccdddd":
    if rle and rle[-1] == ch: continue
    rle += ch
print(rle)

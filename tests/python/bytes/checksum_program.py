# CRC-32, Adler-32 and a base64 codec over bytes.
def crc32(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0xEDB88320 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def adler32(data):
    a, b = 1, 0
    for byte in data:
        a = (a + byte) % 65521
        b = (b + a) % 65521
    return b << 16 | a


ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


def b64encode(data):
    out = []
    for i in range(0, len(data), 3):
        chunk = data[i : i + 3]
        n = int.from_bytes(chunk + b"\0" * (3 - len(chunk)), "big")
        quad = bytes(ALPHABET[n >> s & 63] for s in (18, 12, 6, 0))
        out.append(quad[: len(chunk) + 1] + b"=" * (3 - len(chunk)))
    return b"".join(out)


def b64decode(text):
    pad = text.count(b"=")
    bits = 0
    for c in text.rstrip(b"="):
        bits = bits << 6 | ALPHABET.index(c)
    bits <<= 6 * pad
    raw = bits.to_bytes(len(text) // 4 * 3, "big")
    return raw[: len(raw) - pad]


for data in (b"", b"f", b"fo", b"foo", "héllo wörld".encode(), bytes(range(20))):
    text = b64encode(data)
    print(f"{crc32(data):08x} {adler32(data):#010x} {text} {b64decode(text) == data if text else True}")

"""Building text piece by piece."""


def render(count):
    text = ""
    for i in range(count):
        text += "line " + str(i) + ": "
        text += f"{i * 3:>8} {i / 7:.3f}\n"
    return text


def main():
    text = render(300_000)
    parts = []
    for i in range(300_000):
        parts.append("%d," % i)
    joined = "".join(parts)
    print(len(text), len(joined), text[100_000:100_020].strip())


main()

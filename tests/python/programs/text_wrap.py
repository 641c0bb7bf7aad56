text = """The quick brown fox jumps over the lazy dog. Pack my box with five dozen liquor jugs, \
and then some extraordinarilylongwordthatdoesnotfit in the line. How vexingly quick daft zebras jump!"""


def wrap(text, width):
    lines, line = [], []
    for word in text.split():
        while len(word) > width:
            if line:
                lines.append(line)
                line = []
            lines.append([word[:width]])
            word = word[width:]
        if sum(map(len, line)) + len(line) + len(word) > width:
            lines.append(line)
            line = []
        line.append(word)
    return lines + [line] if line else lines


def justify(words, width):
    if len(words) == 1:
        return words[0].ljust(width)
    gaps = len(words) - 1
    space, extra = divmod(width - sum(map(len, words)), gaps)
    return "".join(w + " " * (space + (i < extra)) for i, w in enumerate(words[:-1])) + words[-1]


for width in (20, 32):
    lines = wrap(text, width)
    print("+" + "-" * width + "+")
    for words in lines[:-1]:
        print("|" + justify(words, width) + "|")
    print("|" + " ".join(lines[-1]).center(width) + "|")
    print("+" + "-" * width + "+")

def score(word):
    return len(word) / word.count("a")


print(list(map(score, ["banana", "cat"])))
print(sorted(["aa", "b"], key=score))

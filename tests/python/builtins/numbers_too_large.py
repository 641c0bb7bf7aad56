# Counts, places and lengths far beyond what fits: which error it is, and its words.
import json


def attempt(*lines):
    for line in lines:
        try:
            print(line, "=", repr(eval(line)))
        except (Exception, MemoryError) as e:
            print(line, "->", type(e).__name__, e)


attempt("[1].pop(2**63)", "[].pop(-(2**70))", "[1].insert(2**63, 1)", "[1].index(1, 2**63, 2**70)")
attempt("'a'.expandtabs(2**31)", "b'a'.expandtabs(-(2**31) - 1)", "'a\\tb'.expandtabs(-(2**31))", "b'a'.expandtabs(2**70)")
attempt("int(5, 40)", "int(True, 2**70)", "int('1', 1)", "int(5, 'a')", "int(5, 10)", "int(b'z', 37)", "int(None, -2)")
attempt("() * 9223372036854775807", "9223372036854775807 * ()", "[] * 2**62", "(1, 2) * 2**62", "[1, 2] * 2**50", "[0] * 2**50")
attempt("list(range(-(2**63), -1))", "tuple(range(2**60))", "[*range(2**61)]", "sorted(range(2**62))", "[].extend(range(2**63 - 1))")
attempt("json.dumps([1], indent=2**40)", "'{:>{}}'.format('', 2**40)")

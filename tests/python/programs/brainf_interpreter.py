def compile_jumps(program):
    stack, jumps = [], {}
    for i, op in enumerate(program):
        if op == "[":
            stack.append(i)
        elif op == "]":
            if not stack:
                raise SyntaxError(f"unmatched ] at {i}")
            j = stack.pop()
            jumps[i], jumps[j] = j, i
    if stack:
        raise SyntaxError(f"unmatched [ at {stack[-1]}")
    return jumps


def run(program, data="", limit=20_000):
    jumps, tape, out = compile_jumps(program), {}, []
    pc = pointer = steps = 0
    source = iter(data)
    while pc < len(program):
        steps += 1
        if steps > limit:
            raise TimeoutError(f"more than {limit} steps")
        match program[pc]:
            case ">": pointer += 1
            case "<": pointer -= 1
            case "+" | "-" as op: tape[pointer] = (tape.get(pointer, 0) + (1 if op == "+" else -1)) % 256
            case ".": out.append(chr(tape.get(pointer, 0)))
            case ",": tape[pointer] = ord(next(source, "\0"))
            case "[" if not tape.get(pointer, 0): pc = jumps[pc]
            case "]" if tape.get(pointer, 0): pc = jumps[pc]
        pc += 1
    return "".join(out), steps


print(run("++++++++[>++++[>++>+++>+++>+<<<<-]>+>+>->>+[<]<-]>>.>---.+++++++..+++.>>.<-.<.+++.------.--------.>>+."))
print(run(",[.,]", "echo!"), run(",>,[<+>-]<.", "\x21\x22"), run(""), run("comment + only"))
for bad in ("[", "]", "[[]", "+[]"):
    try:
        print(run(bad))
    except (SyntaxError, TimeoutError) as e:
        print(type(e).__name__, e)

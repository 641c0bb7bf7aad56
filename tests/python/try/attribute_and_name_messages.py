import math, sys, json

number, lengths, my_value = 1, [1], {"a": 1}
def function(argument=1): return argment
cases = ["number.nope", "lengths.apend(1)", "my_value.key()", "'a'.lowercase", "None.x", "(1.5).is_intger()", "[].len", "().append", "{1}.ad", "function.__nam__", "math.sqroot(4)", "sys.versoin", "json.dump_s", "len.x", "int.foo", "str.uppercase", "nubmer", "lenght", "lengthz", "prnt('x')", "my_valeu", "xyz_unknown", "Tru", "non", "function()", "range(3).strt", "(x for x in []).nxt", "ValueError('a').arg", "True.reel", "b''.hx", "slice(1).strat", "Exception.messages", "type(1).bit_lenght", "lamda", "flase", "imoprt", "math.pie", "iter([]).next", "abs.__nme__", "zip().strict", "(...).x", "object().x", "NotImplemented.x"]
for case in cases:
    try:
        print(eval(case))
    except Exception as e:
        print(f"{case:<26} {type(e).__name__}: {e}")
for code in ("number.x = 1", "lengths.x = 1", "None.x = 1", "'a'.x = 1", "len.x = 1", "del number.x", "(1, 2).x = 3", "del function.x", "math.pi.x = 1", "int.x = 1", "function.a.b = 1", "ValueError.x = 1", "del 'a'.upper", "number.real = 3", "[].append = 1", "range(3).start = 1"):
    try:
        exec(code)
        print(code, "ok")
    except Exception as e:
        print(f"{code:<26} {type(e).__name__}: {e}")
print(getattr(number, "real"), getattr(number, "x", None), hasattr(lengths, "append"), hasattr(None, "x"), hasattr(function, "__code__"))

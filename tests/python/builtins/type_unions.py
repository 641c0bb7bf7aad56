# Unions of types and types with parameters: what annotations are made of.
def f(x: list[int], y: "dict[str, int]" = None) -> dict[str, list[int]] | None: return x
print(f.__annotations__)
for v in (int | str, int | None, None | int, int | str | int, (int | str) | (str | float), int | int, list[int], dict[str, list[int]], tuple[int, ...], tuple[()], list[int] | None, type[int], set["x"], list[None], list[int | None], frozenset[bytes], enumerate[int], list[list[list[int]]], int | list[str] | list[str], type(int | str), type(list[int]), list[1, 2], list[(1, 2)], list[...], ValueError | KeyError):
    print(v, repr(v), type(v).__name__)
print((int | str) == (str | int), (int | str) == (int | bytes), (int | str) == int, hash(int | str) == hash(str | int), {int | str: 1}[str | int], list[int] == list[int], list[int] == list[str], list[int] == list, {list[int]: 2}[list[int]], (int | str) != (str | int))
print((int | str).__args__, list[int].__args__, list[int].__origin__, (int | str).__parameters__, dict[str, int].__parameters__, tuple[int, ...].__args__)
print(list[int](), list[int]("ab"), dict[str, int](a=1), list[int].__name__, list[int].append, type(list[int]) is type(list[str]))
print(isinstance(1, int | str), isinstance("a", (int | str, float)), isinstance(None, int | None), isinstance(1.5, int | None), issubclass(bool, int | str), issubclass(type(None), int | None), isinstance([], list | tuple), isinstance(int, type | None))
for case in ("isinstance(1, list[int])", "isinstance([], list[int] | int)", "issubclass(int, list[int])", "int | 5", "int | 'a'", "5 | int", "int[str]", "str[int]", "(int | str)[int]", "list[int][str]", "(int | str)()", "int | str < int", "len(int | str)", "(int|str).x", "list[int].x", "(int | str) + 1", "range[int]", "object | None | ...", "None | None", "list[int] | list[str]", "list[int] | 1", "[] | None", "except_ | int", "callable(list[int])", "callable(int | str)", "bool(int | str)"):
    try:
        print(case, "->", eval(case))
    except Exception as e:
        print(case, "->", type(e).__name__, e)
try:
    raise KeyError("k")
except (KeyError, ValueError) as e:
    print(isinstance(e, KeyError | ValueError))
x: int | None = None
print(x, __annotations__ if "__annotations__" in globals() else None)
deep, same, other = int, int, str
for _ in range(100):
    deep, same, other = list[deep], list[same], list[other]
print(deep == same, deep == other, hash(deep) == hash(same), {deep: 1}.get(same), len(repr(deep)))

import math
import math as m
import sys, json, time as clock
from math import pi, sqrt as root
from json import (
    dumps,
    loads as parse,
)
from sys import maxsize, version_info as v

print(math is m, pi == math.pi, root(9), dumps([1]), parse("{}"), maxsize == sys.maxsize, v[0], clock is not None)
print(math.__name__, sys.__name__, type(math).__name__, json.__name__, "math" in sys.modules, __name__)


def local_import():
    import json as j
    from math import floor
    return j.dumps({"a": floor(2.7)}), "j" in globals()


print(local_import())
for code in ("import nope", "import nope.deeper", "from nope import x", "from math import nope", "from math import pi, nope", "import math.nope", "from json import nope as x", "import jsn", "from math import sqroot"):
    try:
        exec(code)
    except ImportError as e:
        print(code, "->", type(e).__name__, str(e).split(" (")[0], e.name)
    except Exception as e:
        print(code, "->", type(e).__name__, e)
try:
    import nothing_here
except ImportError:
    nothing_here = None
print(nothing_here)
exec("from math import *")
print(floor(3.7), tau == 2 * pi, "hypot" in globals())
import math
print(math is m)
scope = {}
exec("import json\nfrom math import e as euler", scope)
print(scope["json"].dumps(None), scope["euler"])
for code in ("math.x", "math()", "math + 1", "del math.pi.real", "len(math)", "math['pi']"):
    try:
        eval(code) if not code.startswith("del") else exec(code)
    except Exception as e:
        print(code, type(e).__name__, e)

import math
import missing_module

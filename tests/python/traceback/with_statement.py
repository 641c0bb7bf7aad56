def use(resource):
    with resource as r:
        return r


use("not a manager")

def setup():
    from missing_package.deep import thing

    return thing


setup()

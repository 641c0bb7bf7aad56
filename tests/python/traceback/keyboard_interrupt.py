def wait():
    raise KeyboardInterrupt


try:
    wait()
finally:
    print("finally runs")

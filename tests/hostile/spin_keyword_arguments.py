# expect: Timeout
def call(**kwargs):
    return kwargs


kwargs = {"k" + str(i): i for i in range(5_000)}
while True:
    call(**kwargs)

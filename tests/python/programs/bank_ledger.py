accounts, journal = {}, []


def open_account(name, balance=0):
    if name in accounts:
        raise KeyError(f"account {name} exists")
    accounts[name] = balance
    journal.append(("open", name, balance))


def transfer(source, target, cents):
    if cents <= 0:
        raise ValueError(f"amount must be positive, not {cents}")
    before = dict(accounts)
    try:
        accounts[source] -= cents
        if accounts[source] < 0:
            raise ArithmeticError(f"{source} is short of {-accounts[source]} cents")
        accounts[target] += cents
    except Exception:
        accounts.clear()
        accounts.update(before)
        journal.append(("rolled back", source, target, cents))
        raise
    else:
        journal.append(("transfer", source, target, cents))


def money(cents):
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100:,}.{abs(cents) % 100:02d}"


open_account("ann", 1_250_050)
open_account("bob")
commands = [("ann", "bob", 25_000), ("bob", "ann", 99_999_99), ("ann", "eve", 5), ("bob", "ann", -5), ("ann", "bob", 1), ("zed", "bob", 1)]
for command in commands:
    try:
        transfer(*command)
        print("ok", *command)
    except (KeyError, ValueError, ArithmeticError) as e:
        print(type(e).__name__, e, "|", *command)
try:
    open_account("ann")
except KeyError as e:
    print(e)
for name, balance in sorted(accounts.items()):
    print(f"{name:<6}{money(balance):>14}")
print(money(sum(accounts.values())), money(-5), len(journal))
for entry in journal:
    match entry:
        case ("open", who, _): print(f"opened {who}")
        case ("transfer", a, b, cents): print(f"{a} -> {b}: {money(cents)}")
        case (other, *details): print(other.upper(), details)

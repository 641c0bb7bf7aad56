prices = {"apple": 1.5, "pear": "two"}
total = (
    prices["apple"] * 3
    + prices["pear"] / 2
    - 1
)

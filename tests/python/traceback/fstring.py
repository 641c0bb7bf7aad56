price = "12"
label = f"total: {price:>8} and {price:.2f}"

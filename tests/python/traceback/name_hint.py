def area(radius):
    pi_value = 3.14
    return pi_valeu * radius**2


area(2)

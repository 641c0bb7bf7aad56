a = 5
s = f"{
    a
    + 1
}"
print(s)
print(f"{a
=}")
print(f"{ a  =  }|{a=   }|{a    =}")
print(f"{(
    'long',
    a,
)}")
print(f'''{a:>5}''')
print(f"{'''triple
inside'''}")
print(f"{a # comment with } and "quote"
}")
print(f"{[
    x * 2
    for x in range(3)
]=}")
print(f"{len("abc" + 'def')=} {"a" + "b"=!s} {'q'=}")
print(f"{lambda_ if (lambda_ := 3) else 0}", f"{(lambda x: x + 1)(1)=}")
print(f"{a:{a}}|{a:0{a}}|{a:{'<' if a else '>'}{a}}|")
print(f"{dict(a=1)['a']}", f"{ {'a': 1}=}", f"{a == 5 = }")

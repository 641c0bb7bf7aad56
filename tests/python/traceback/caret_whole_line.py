raise ValueError("a plain raise underlines nothing")

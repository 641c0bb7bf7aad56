naïve = "日本語"
résultat = naïve + "é" + 5 + "fin"

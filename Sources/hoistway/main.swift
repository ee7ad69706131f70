print("hoistway")

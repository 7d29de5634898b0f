"""The law of fees in plain Python: values in, values out; money is exact, never a float."""

"""The law of supervision in plain Python: values in, values out; the moment is an argument."""

"""The runtime of a checkout: everything between a fresh clone and a running, tested district.

Runs on the Python that the machine has (3.11-3.13), on the standard library alone, because it is
what installs everything else.  Everything it makes lies in one folder, `.runtime/`.
"""

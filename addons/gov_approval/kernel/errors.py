"""The one exception of the kernels: a code and its parameters, no speech.

A kernel states *what* is wrong as data; ``models/speech.py`` says it in a sentence of the
user's language.  Keeping speech out lets the same rule serve a clerk, an applicant, an
import report and a test without a second wording.
"""


def _lt(sentence: str) -> str:
    """Mark an English sentence of a ``CODES`` table for the translators; changes nothing."""
    return sentence


class KernelError(ValueError):
    """A rule was broken: ``code`` names the rule, ``params`` are plain values for the sentence."""

    def __init__(self, code: str, /, **params):
        self.code = code
        self.params = params
        super().__init__(code, params)

    def __str__(self):
        details = ", ".join(f"{name}={value!r}" for name, value in self.params.items())
        return f"{self.code}({details})"

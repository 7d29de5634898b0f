"""A condition of an item said in the words of its form, for the guide."""

import ast

_RELATIONS = {
    ast.Eq: "is",
    ast.NotEq: "is_not",
    ast.Gt: "more_than",
    ast.GtE: "at_least",
    ast.Lt: "less_than",
    ast.LtE: "at_most",
    ast.In: "is_one_of",
    ast.NotIn: "is_none_of",
}


def in_words(env, text, form):
    """``text`` with the labels of fields and options instead of their codes.

    :param str text: a condition in the closed expression language (already checked)
    :param dict form: the ``form`` of the definition
    :return: a sentence; the condition as it stands where it has a part without words
    """
    speaker = _Speaker(env, form)
    try:
        return speaker.say(ast.parse(text.strip(), mode="eval").body)
    except (SyntaxError, KeyError, LookupError):
        return text


class _Speaker:
    def __init__(self, env, form):
        self.env = env
        self.fields = {field["code"]: field for field in form["fields"]}

    def say(self, node):
        method = getattr(self, f"_say_{type(node).__name__.lower()}", None)
        if method is None:
            raise LookupError(type(node).__name__)
        return method(node)

    def _say_boolop(self, node):
        word = self.env._(" and ") if isinstance(node.op, ast.And) else self.env._(" or ")
        return word.join(self.say(value) for value in node.values)

    def _say_unaryop(self, node):
        if isinstance(node.op, ast.USub):
            return f"-{self.say(node.operand)}"
        if isinstance(node.operand, ast.Name):
            return self.env._("“%(field)s” is No", field=self._label(node.operand))
        return self.env._("not (%(condition)s)", condition=self.say(node.operand))

    def _say_compare(self, node):
        if len(node.ops) != 1:
            raise LookupError("chain")
        left, right = node.left, node.comparators[0]
        field = self.fields.get(left.id) if isinstance(left, ast.Name) else None
        names = {"left": self._label(left) if field else self.say(left)}
        names["right"] = self._value(right, field)
        return {
            "is": self.env._("“%(left)s” is %(right)s", **names),
            "is_not": self.env._("“%(left)s” is not %(right)s", **names),
            "more_than": self.env._("“%(left)s” is more than %(right)s", **names),
            "at_least": self.env._("“%(left)s” is at least %(right)s", **names),
            "less_than": self.env._("“%(left)s” is less than %(right)s", **names),
            "at_most": self.env._("“%(left)s” is at most %(right)s", **names),
            "is_one_of": self.env._("“%(left)s” is one of %(right)s", **names),
            "is_none_of": self.env._("“%(left)s” is none of %(right)s", **names),
        }[_RELATIONS[type(node.ops[0])]]

    def _say_name(self, node):
        return self.env._("“%(field)s” is Yes", field=self._label(node))

    def _say_constant(self, node):
        return self._value(node, None)

    def _say_call(self, node):
        label = self._label(node.args[0])
        if node.func.id == "is_set":
            return self.env._("“%(field)s” is filled in", field=label)
        if node.func.id == "count":
            return self.env._("number of “%(field)s”", field=label)
        raise LookupError(node.func.id)

    def _label(self, node):
        return self.fields[node.id]["label"]

    def _value(self, node, field):
        if isinstance(node, ast.Tuple | ast.List):
            return self.env._(", ").join(self._value(part, field) for part in node.elts)
        if not isinstance(node, ast.Constant):
            return self.say(node)
        if isinstance(node.value, bool):
            return self.env._("Yes") if node.value else self.env._("No")
        labels = {option["code"]: option["label"] for option in (field or {}).get("options", ())}
        return f"“{labels[node.value]}”" if node.value in labels else str(node.value)

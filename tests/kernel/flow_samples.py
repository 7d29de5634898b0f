"""Small flows to test with, and random structured ones."""

from hypothesis import strategies as st

TYPES = {"area": "number", "hot": "bool"}


def node(code, kind="task", **more):
    """A node without a defect of its own."""
    stage = {"start": "intake", "task": "review", "joint_review": "review", "end": "close"}
    row = {"code": code, "kind": kind, "stage": stage.get(kind), "name": code.upper(),
           "role": "reviewer", "days": 0, "unit": "workday"}
    if kind == "procedure":
        row["procedure"] = "site_visit"
    if kind == "joint_review":
        row["joint"] = {"rule": "all", "quorum": 0, "departments": ["fire", "health"]}
    return row | more


def decide(code="decide", **more):
    return node(code, stage="decide", four_eyes=True, days=10, **more)


def edges(text):
    """``"a>b b>c:area > 5 b>d*"``: edges separated by ";", ":" a condition, "*" the default."""
    found = []
    for number, part in enumerate(text.split(";")):
        path, _, condition = part.strip().partition(":")
        default = path.endswith("*")
        source, target = path.rstrip("*").split(">", 1)
        found.append({"source": source, "target": target, "condition": condition,
                      "default": default, "sequence": number * 10})
    return found


def flow(nodes, text):
    return {"nodes": nodes, "edges": edges(text)}


def linear():
    return flow([node("s", "start"), decide(), node("e", "end")], "s>decide;decide>e")


def changed(code, **changes):
    """The linear flow with one node changed."""
    definition = linear()
    next(row for row in definition["nodes"] if row["code"] == code).update(changes)
    return definition


def gateway(text="s>g;g>a:area > 100;g>b*;a>decide;b>decide;decide>e"):
    return flow([node("s", "start"), node("g", "decision"), node("a"), node("b"), decide(),
                 node("e", "end")], text)


def parallel(branches=("a", "b"), text=None):
    text = text or ";".join(f"p>{code};{code}>j" for code in branches)
    return flow(
        [node("s", "start"), node("p", "split"), *map(node, branches), node("j", "join"),
         decide(), node("e", "end")],
        f"s>p;{text};j>decide;decide>e",
    )


def with_joint(**joint):
    rule = {"rule": "all", "quorum": 0, "departments": ["fire", "health"]} | joint
    return flow([node("s", "start"), node("jr", "joint_review", joint=rule), decide(),
                 node("e", "end")], "s>jr;jr>decide;decide>e")


def added(row, text):
    """The linear flow with one more node, and edges of its own instead."""
    definition = linear()
    definition["nodes"].append(row)
    return definition | {"edges": edges(text)}


def two_blocks(text):
    """Up to two splits p, q and two joins j, k, wired by ``text``."""
    nodes = [node("s", "start"), node("p", "split"), node("q", "split"), node("a"), node("b"),
             node("c"), node("j", "join"), node("k", "join"), decide(), node("e", "end")]
    ends = {end for row in edges(text) for end in (row["source"], row["target"])}
    return flow([row for row in nodes if row["code"] in ends], text)


def procedure(**more):
    return added(node("v", "procedure", **more), "s>v;v>decide;decide>e")


#: A flow as a term: "t"/"v"/"r" a resting node, ("seq"|"par"|"xor", parts) a composition.
TERMS = st.recursive(
    st.sampled_from("tvr"),
    lambda inner: st.tuples(st.sampled_from(["seq", "par", "xor"]),
                            st.lists(inner, min_size=2, max_size=3)),
    max_leaves=12,
)


class Builder:
    """Builds nodes and edges out of a term; conditions name a text that the test draws for."""

    def __init__(self):
        self.nodes, self.edges = [], []

    def new(self, kind, **more):
        code = f"n{len(self.nodes)}"
        self.nodes.append(node(code, kind, **more))
        return code

    def link(self, source, target, **more):
        self.edges.append({"source": source, "target": target, "condition": "", "default": False,
                           "sequence": len(self.edges)} | more)

    def build(self, term):
        """Add a term and return its ``(entry, exit)``."""
        if isinstance(term, str):
            code = self.new({"t": "task", "v": "procedure", "r": "joint_review"}[term])
            return code, code
        how, parts = term
        if how == "seq":
            ends = [self.build(part) for part in parts]
            for (_, left), (right, _) in zip(ends, ends[1:], strict=False):
                self.link(left, right)
            return ends[0][0], ends[-1][1]
        opening = self.new("split" if how == "par" else "decision")
        ends = [self.build(part) for part in parts]
        closing = self.new("join" if how == "par" else "task")
        for number, (entry, leave) in enumerate(ends):
            default = how == "xor" and number == len(ends) - 1
            condition = f"area > {number}" if how == "xor" and not default else ""
            self.link(opening, entry, condition=condition, default=default)
            self.link(leave, closing)
        return opening, closing


def built(term):
    builder = Builder()
    start = builder.new("start")
    entry, leave = builder.build(term)
    deciding = builder.new("task", stage="decide", four_eyes=True)
    end = builder.new("end")
    for source, target in ((start, entry), (leave, deciding), (deciding, end)):
        builder.link(source, target)
    return {"nodes": builder.nodes, "edges": builder.edges}, end

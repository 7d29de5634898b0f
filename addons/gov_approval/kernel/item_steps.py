"""From the printed steps of a guide (办理流程) to nodes of a flow, where that can be read.

The rule is ``item_words.STEPS``: exact names, each with its stage.  Every reading is recorded as a
fact of kind ``default``; a step that cannot be read stays a fact, and no connection is drawn over
the gap that it leaves.  Who handles a step is never inferred.
"""

from .item_place import DEFAULT, ODD, UNPLACED, Account, Place
from .item_words import UNITS, step_meaning


def read_flow(root: Place) -> tuple[list[dict], list[dict]]:
    """Nodes and edges as rows of ``gov.flow.node`` and ``gov.flow.edge``."""
    account = root.account
    nodes, edges, gap, started, ended = [], [], False, False, False
    for index, step in enumerate(root.rows("steps"), 1):
        meaning = _meaning(step, started, ended)
        if meaning is None:
            gap = gap or (started and not ended)
            continue
        node = _node(step, f"s{index}", len(nodes), meaning)
        if nodes and not gap:
            edges.append({"source": nodes[-1]["code"], "target": node["code"]})
        started, ended, gap = True, node["kind"] == "end", False
        nodes.append(node)
    _one_decision(account, nodes)
    if edges:
        account.fact(DEFAULT, "steps", "", "item_source.steps_in_order")
    _merge_procedures(root, nodes)
    for node in nodes:
        node.pop("path")
    return nodes, edges


def _meaning(step, started, ended):
    """(kind, stage, procedure) of a step that becomes a node; None when it stays a fact."""
    name = step.get("name")
    meaning = step_meaning(name) if isinstance(name, str) else None
    if not meaning:
        code = "item_source.step_unknown" if meaning is None else "item_source.step_joined"
        step.account.keep(ODD, step.path, step.values, code)
        return None
    kind = meaning[0]
    if kind == "applicant":
        step.account.keep(UNPLACED, step.path, step.values, "item_source.step_of_applicant")
        return None
    if ended:
        step.account.keep(UNPLACED, step.path, step.values, "item_source.step_after_end")
        return None
    if (kind == "start") == started:
        step.account.keep(ODD, step.path, step.values, "item_source.step_out_of_order")
        return None
    return meaning


def _node(step, code, position, meaning):
    kind, stage, procedure = meaning
    target = f"node_ids[{position}]"
    sequence = step.whole("no", f"{target}.sequence")
    node = {
        "path": step.path,
        "code": code,
        "sequence": position + 1 if sequence is None else sequence,
        "name": step.text("name", f"{target}.name"),
        "kind": kind,
        "stage": stage or False,
        "procedure": procedure or False,
        "outcomes": "；".join(step.texts("outcomes", f"{target}.outcomes")),
        "note": step.text("note", f"{target}.note"),
        **read_days(step, target),
    }
    term = procedure or stage
    step.account.fact(
        DEFAULT, step.at("name"), node["name"], "item_source.step_read_as", term=term
    )
    if step.get("role") is None:
        step.missing("role")
    if procedure:
        step.account.fact(DEFAULT, step.path, "", "item_source.procedure_counts")
    return node


def read_days(place: Place, target: str) -> dict:
    """A limit with its unit; neither is placed without the other."""
    if place.get("days") is None:
        if place.get("unit") is not None:
            place.odd("unit", "item_source.unit_alone")
        return {"days": -1}
    if place.get("unit") not in tuple(UNITS):  # a tuple: the unit may be no word at all
        place.odd("days", "item_source.days_without_unit")
        place.odd("unit", "item_source.unknown_word")
        return {"days": -1}
    days = place.whole("days", f"{target}.days", 3650)
    if days is None:
        place.odd("unit", "item_source.unit_alone")
        return {"days": -1}
    return {"days": days, "unit": place.word("unit", f"{target}.unit", UNITS)}


def _one_decision(account: Account, nodes):
    """Two steps that read as the decision: which one is the legal one is for a person."""
    deciding = [node for node in nodes if node["stage"] == "decide"]
    if len(deciding) > 1:
        for node in deciding:
            node["stage"] = False
            account.fact(
                ODD, f"{node['path']}.name", node["name"], "item_source.several_decisions"
            )


def _merge_procedures(root: Place, nodes):
    """Special procedures and the public notice join the one step that is the same procedure."""
    for place in root.rows("special_procedures"):
        name = place.get("name")
        meaning = step_meaning(name) if isinstance(name, str) else None
        _merge(place, nodes, meaning[2] if meaning else None)
    notice = root.below("public_notice")
    if notice.values:
        _merge(notice, nodes, "public_notice")


def _merge(place, nodes, procedure):
    same = [i for i, node in enumerate(nodes) if procedure and node["procedure"] == procedure]
    if len(same) != 1:
        place.account.keep(UNPLACED, place.path, place.values, "item_source.no_place_in_flow")
        return
    node, target = nodes[same[0]], f"node_ids[{same[0]}]"
    place.account.fact(
        DEFAULT, place.path, node["name"], "item_source.procedure_is_step", term=procedure
    )
    if place.get("name") == node["name"]:
        place.put("name", f"{target}.name")
    if node["days"] == -1:
        node.update(read_days(place, target))
    elif (place.get("days"), place.get("unit")) == (node["days"], node.get("unit")):
        place.put("days", f"{target}.days")
        place.put("unit", f"{target}.unit")
    else:
        place.odd("days", "item_source.days_differ")
        place.odd("unit", "item_source.days_differ")
    counts = place.flag("counts_toward_deadline", f"{target}.counts_toward_deadline")
    if counts is not None:
        node["counts_toward_deadline"] = counts
        place.account.facts[:] = [
            fact
            for fact in place.account.facts
            if (fact.path, fact.code) != (node["path"], "item_source.procedure_counts")
        ]
